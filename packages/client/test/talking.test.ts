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

describe('what is sent', () => {
  it.each(['json', 'text'] as const)('is answered, in order, text and bytes, in %s', async (protocol) => {
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

  it('too early is refused, with what to do', async () => {
    const net = network();
    const { session } = net.connect();
    expect(() => session.send('a')).toThrow(NotSentError);
    expect(() => session.send('a')).toThrow(/await session\.ready/);
  });

  it('too early waits where there is a queue, up to its bound, and goes out in order', async () => {
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
    'is refused where it is no message: %o',
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

  it('as bytes is what they were then, though it waits', async () => {
    const net = network();
    const { session } = net.connect({ queue: 1 });
    const bytes = Uint8Array.of(1, 2);
    session.send(Buffer.from(bytes.buffer));
    bytes.fill(9);
    await net.pass();
    expect(net.sent[1]).toEqual(Uint8Array.of(1, 2));
  });

  it('over a socket that throws is given up with it, and the session goes on with another', async () => {
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

  it('is counted where it waited and will not be sent', async () => {
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

  it('too late is refused', async () => {
    const { net, session } = await ready({ queue: 10 });
    session.close();
    expect(() => session.send('a')).toThrow(expect.objectContaining({ code: 'over' }));
    await net.pass();
    expect(() => session.send('a')).toThrow(expect.objectContaining({ code: 'over' }));
  });
});

describe('what is heard', () => {
  it('is read to its end, and then reading ends', async () => {
    const { net, session } = await ready();
    session.send('a');
    await net.pass();
    session.close();
    await net.pass();
    const heard: unknown[] = [];
    for await (const message of session) heard.push(message);
    expect(heard).toEqual(['your submit context: a']);
  });

  it('goes on to be read after a loss', async () => {
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

  it('is not taken by whoever has stopped reading', async () => {
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

  it('and not read by anybody ends the session, rather than fill the memory', async () => {
    const { net, session } = await ready({ unread: 3 });
    for (const text of ['a', 'b', 'c', 'd']) session.send(text);
    await net.pass();
    expect([session.state, await session.closed]).toEqual(['closed', 'unread']);
    const heard: unknown[] = [];
    for await (const message of session) heard.push(message);
    expect(heard).toHaveLength(3);
  });
});

describe('closing', () => {
  it('says why to the server, and is over once it has answered', async () => {
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

  it('is over for every state it can be in', async () => {
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

  it('keeps no credentials, nor who would give them', async () => {
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
    // What was looked at in a turn is held until its end.
    await vi.waitFor(() => {
      collect();
      // Compared here, since what an expectation is told it keeps.
      expect(source.deref() === undefined).toBe(true);
    }, 60_000);
    expect(session.state).toBe('closed');
  });

  it('tells a listener once, and none that has left', async () => {
    const { net, session } = await ready();
    const heard: string[] = [];
    session.on('state', ({ state }) => heard.push(state));
    session.on('state', () => heard.push('gone'))();
    session.close();
    await net.pass();
    expect(heard).toEqual(['closing', 'closed']);
  });
});
