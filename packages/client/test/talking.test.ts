/** Stories of messages: sent when ready, refused or queued when not, and read in order. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { NotSentError } from '@sallyport/client';
import { describe, expect, it, vi } from 'vitest';
import { network, right, wrong } from './network.ts';

async function ready(options: Parameters<ReturnType<typeof network>['connect']>[0] = {}) {
  const net = network();
  const all = { net, ...net.connect(options) };
  await net.pass();
  return all;
}

describe('A message that the program sends', () => {
  it.each(['json', 'text'] as const)('is answered in order, text or bytes, in %s', async (protocol) => {
    const { net, session } = await ready({ protocol });
    session.send('a');
    session.send(new Uint8Array([0, 255]));
    session.send('b');
    await net.pass();
    const heard: unknown[] = [];
    for await (const message of session) {
      heard.push(message);
      if (heard.length === 3) break;
    }
    expect(heard).toEqual(['your submit context: a', new Uint8Array([0, 255]), 'your submit context: b']);
    expect(session.state).toBe('ready');
  });

  it('too early is refused, and the error says what to do', async () => {
    const net = network();
    const { session } = net.connect();
    expect(() => session.send('a')).toThrow(NotSentError);
    expect(() => session.send('a')).toThrow(/await session\.ready/);
  });

  it('too early waits in the queue, up to its bound, and is sent in order', async () => {
    const net = network();
    const { session } = net.connect({ queue: 2 });
    session.send('a');
    session.send('b');
    expect(() => session.send('c')).toThrow(expect.objectContaining({ code: 'queueFull' }));
    const heard: unknown[] = [];
    session.on('message', (message) => heard.push(message));
    await net.pass();
    expect(heard).toEqual(['your submit context: a', 'your submit context: b']);
  });

  it.each([undefined, 5, {}, [1], new ArrayBuffer(1), new Float32Array(1)])(
    'is refused if it is not a string or a Uint8Array: %o',
    async (bad) => {
      const net = network();
      const { session } = net.connect({ queue: 2 });
      expect(() => session.send(bad as never)).toThrow(TypeError);
      await net.pass();
      expect(() => session.send(bad as never)).toThrow(/a string, a Uint8Array, or \{ data \}/);
      session.send('a');
      await net.pass();
      expect(net.sent.slice(1)).toEqual([JSON.stringify({ type: 'message', text: 'a' })]);
    },
  );

  it('is copied when it is queued', async () => {
    const net = network();
    const { session } = net.connect({ queue: 1 });
    const bytes = Uint8Array.of(1, 2);
    session.send(Buffer.from(bytes.buffer));
    bytes.fill(9);
    await net.pass();
    expect(net.sent[1]).toEqual(Uint8Array.of(1, 2));
  });

  it('over a socket that throws is lost, and the session reconnects', async () => {
    const net = network();
    let isBroken = true;
    const { session, changes } = net.connect({
      queue: 3,
      WebSocket: net.watch((data) => {
        if (isBroken && data === 'b') throw new Error('broken');
      }),
      protocol: 'text',
    });
    for (const text of ['a', 'b', 'c']) session.send(text);
    await net.pass();
    expect(changes.at(-1)).toMatchObject({ state: 'waiting', reason: 'connectionLost' });
    isBroken = false;
    await net.pass(500);
    await net.pass();
    expect(session.state).toBe('ready');
    expect(net.sent).toEqual(['admin:123456', 'a', 'admin:123456', 'c']);
    session.close();
    await net.pass();
    expect(await session.closed).toBe('clientLeft');
  });

  it('and will never leave the queue is counted as unsent', async () => {
    const net = network();
    const { session, changes } = net.connect({ queue: 9, credentials: wrong });
    session.send('a');
    session.send('b');
    await net.pass();
    expect(changes.at(-1)).toMatchObject({ state: 'signedOut', unsent: 2 });
    session.resume(right);
    await net.pass();
    expect([session.state, net.sent.length]).toEqual(['ready', 2]);
    net.isDown = true;
    net.cut();
    await net.pass();
    expect(changes.at(-1)).toMatchObject({ state: 'waiting', unsent: 0 });
    session.send('c');
    session.close();
    expect(changes.at(-1)).toMatchObject({ state: 'closed', unsent: 1 });
  });

  it('after close() is refused', async () => {
    const { net, session } = await ready({ queue: 10 });
    session.close();
    expect(() => session.send('a')).toThrow(expect.objectContaining({ code: 'ended' }));
    await net.pass();
    expect(() => session.send('a')).toThrow(expect.objectContaining({ code: 'ended' }));
  });
});

describe('A received message', () => {
  it('can be read after the close, and then the iteration ends', async () => {
    const { net, session } = await ready();
    session.send('a');
    await net.pass();
    session.close();
    await net.pass();
    const heard: unknown[] = [];
    for await (const message of session) heard.push(message);
    expect(heard).toEqual(['your submit context: a']);
  });

  it('after a reconnect reaches the same iterator', async () => {
    const { net, session } = await ready();
    const reading = session[Symbol.asyncIterator]();
    const next = reading.next();
    net.cut();
    await net.pass(500);
    await net.pass();
    session.send('a');
    await net.pass();
    expect(await next).toEqual({ done: false, value: 'your submit context: a' });
  });

  it('does not go to an iterator that has stopped reading', async () => {
    const { net, session } = await ready();
    const [left, stays] = [session[Symbol.asyncIterator](), session[Symbol.asyncIterator]()];
    const abandoned = left.next();
    const next = stays.next();
    await left.return?.();
    expect(await abandoned).toEqual({ done: true, value: undefined });
    session.send('a');
    await net.pass();
    expect(await next).toEqual({ done: false, value: 'your submit context: a' });
  });

  it('that is not read counts towards a bound, past which the session ends', async () => {
    const { net, session } = await ready({ unread: 3 });
    for (const text of ['a', 'b', 'c', 'd']) session.send(text);
    await net.pass();
    expect([session.state, await session.closed]).toEqual(['closed', 'unread']);
    const heard: unknown[] = [];
    for await (const message of session) heard.push(message);
    expect(heard).toHaveLength(3);
  });
});

describe('close() of a session', () => {
  it('tells the server the reason, and ends when the server has answered', async () => {
    const { net, session, changes } = await ready();
    session.close();
    expect(session.state).toBe('closing');
    await net.pass();
    expect(changes.slice(-2)).toMatchObject([
      { state: 'closing' },
      { state: 'closed', reason: 'clientLeft' },
    ]);
    expect(net.endings).toMatchObject([{ reason: 'clientLeft', code: 1000 }]);
    expect([await session.closed, net.clock.pending]).toEqual(['clientLeft', 0]);
  });

  it('ends the session in every state', async () => {
    for (const turns of [0, 1, 2, 3, 4, 5, 6]) {
      const net = network();
      const { session } = net.connect();
      for (let turn = 0; turn < turns; turn += 1) net.clock.advance(0);
      session.close();
      await net.pass(3_000);
      expect([session.state, await session.closed]).toEqual(['closed', 'clientLeft']);
      expect(net.sessions.size).toBe(0);
    }
  });

  it('frees the credentials and the function that returns them', async () => {
    const net = network();
    const begin = () => {
      const credentials = () => ({ ...right });
      return { ...net.connect({ credentials }), source: new WeakRef(credentials) };
    };
    const { session, source } = begin();
    await net.pass();
    expect(session.state).toBe('ready');
    session.close();
    await net.pass();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    // A dereferenced object is held until the end of the turn.
    await vi.waitFor(() => {
      collect();
      // Compared here, since an expectation keeps its argument.
      expect(source.deref() === undefined).toBe(true);
    }, 60_000);
    expect(session.state).toBe('closed');
  });

  it('notifies a listener once, and no removed listener', async () => {
    const { net, session } = await ready();
    const heard: string[] = [];
    session.on('state', ({ state }) => heard.push(state));
    session.on('state', () => heard.push('gone'))();
    session.close();
    await net.pass();
    expect(heard).toEqual(['closing', 'closed']);
  });
});
