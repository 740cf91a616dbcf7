/** WebSocket classes that behave differently. Whatever events a class fires, a connection ends once, at the right time. */
import { connect, type Socket, type SocketClass } from '@sallyport/client';
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { right } from './network.ts';

type Listener = Parameters<Socket['addEventListener']>[1];

/** Sockets that fire what the test says. */
function puppets(own: object = {}) {
  const clock = new SimulatedClock();
  const sockets: Puppet[] = [];
  const sent: unknown[] = [];
  class Puppet implements Socket {
    binaryType = '';
    readonly #listeners: (readonly [string, Listener])[] = [];
    constructor() {
      sockets.push(Object.assign(this, own));
    }
    addEventListener(type: string, listener: Listener) {
      this.#listeners.push([type, listener]);
    }
    send(data: unknown) {
      sent.push(data);
    }
    close() {}
    fire(type: string, event: object = {}) {
      for (const [one, listener] of this.#listeners) if (one === type) listener({ type, ...event });
    }
  }
  const turn = async () => {
    for (let count = 0; count < 20; count += 1) await Promise.resolve();
  };
  const begin = async (options: Partial<Parameters<typeof connect>[1]> = {}) => {
    const session = connect('ws://gate.example', {
      credentials: right,
      WebSocket: Puppet as SocketClass,
      clock,
      chance: () => 0.5,
      ...options,
    });
    const states: string[] = [];
    session.on('state', ({ state, reason }) => states.push(reason ? `${state} ${reason}` : state));
    await turn();
    return { session, states };
  };
  const signIn = async (socket = sockets.at(-1)) => {
    socket?.fire('open');
    socket?.fire('message', { data: '{"type":"authenticated","user":"admin"}' });
    await turn();
  };
  const pass = async (ms: number) => {
    clock.advance(ms);
    await turn();
  };
  return { clock, sockets, sent, begin, signIn, pass };
}

describe('A connection that does not open', () => {
  it.each([
    ['an error and nothing more, as in Node 22', ['error']],
    ['a close and nothing more', ['close']],
    ['an error, and then a close', ['error', 'close']],
    ['a close, and then an error', ['close', 'error']],
    ['everything twice, and an opening at the end', ['error', 'error', 'close', 'close', 'open']],
  ])('ends once and at once, with %s', async (_, events) => {
    const { sockets, begin, pass } = puppets();
    const { states } = await begin();
    for (const event of events) sockets[0]?.fire(event, event === 'close' ? { code: 1006 } : {});
    expect(states).toEqual(['waiting connectionLost']);
    await pass(499);
    expect(sockets).toHaveLength(1);
    await pass(1);
    expect(sockets).toHaveLength(2);
    expect(states).toEqual(['waiting connectionLost', 'connecting connectionLost']);
  });

  it.each([undefined, 0, 1002, 1015, 4403])(
    'ends with connectionLost whatever code the class gives, since no server sent it: %s',
    async (code) => {
      const { sockets, begin } = puppets();
      const { states } = await begin();
      sockets[0]?.fire('close', { code });
      expect(states).toEqual(['waiting connectionLost']);
    },
  );

  it('does not disturb the next attempt with a late event', async () => {
    const { sockets, begin, signIn, pass } = puppets();
    const { session } = await begin();
    sockets[0]?.fire('error');
    await pass(500);
    await signIn();
    for (const event of ['close', 'error', 'open']) sockets[0]?.fire(event, { code: 1006 });
    await pass(60_000);
    expect([session.state, sockets.length]).toEqual(['ready', 2]);
  });

  it('may be of a class that throws at an early close', async () => {
    const { begin, pass } = puppets({
      close: () => {
        throw new Error('not open');
      },
    });
    const { states } = await begin();
    await pass(15_000);
    expect(states).toEqual(['waiting connectionLost']);
  });
});

describe('An open connection', () => {
  it('of a class whose close throws counts as closed when the program closes the session', async () => {
    const { begin, signIn } = puppets({
      close: () => {
        throw new Error('cannot close');
      },
    });
    const { session } = await begin();
    await signIn();
    session.close();
    expect(await session.closed).toBe('clientLeft');
  });

  it('ends with the reason of its close, even after an error', async () => {
    const { sockets, begin, signIn, pass } = puppets();
    const { states } = await begin();
    await signIn();
    sockets[0]?.fire('error');
    sockets[0]?.fire('close', { code: 4403, reason: 'signed out' });
    await pass(1_000);
    expect(states.slice(0, 3)).toEqual(['authenticating', 'ready', 'signedOut revoked']);
  });

  it('ends one second after an error without a close', async () => {
    const { sockets, begin, signIn, pass } = puppets();
    const { session, states } = await begin();
    await signIn();
    sockets[0]?.fire('error');
    await pass(999);
    expect(session.state).toBe('ready');
    await pass(1);
    expect(states.at(-1)).toBe('waiting connectionLost');
  });

  it('is lost if the close event has the code 0, as in Deno', async () => {
    const { sockets, begin, signIn } = puppets();
    const { states } = await begin();
    await signIn();
    sockets[0]?.fire('close', { code: 0 });
    expect(states.at(-1)).toBe('waiting connectionLost');
  });

  it('delivers bytes of any kind, and ignores other types of message', async () => {
    const { sockets, begin, signIn } = puppets();
    const { session } = await begin();
    await signIn();
    const heard: unknown[] = [];
    session.on('message', (message) => heard.push(message));
    const bytes = Uint8Array.of(0, 1, 2, 3);
    for (const data of [bytes.buffer, bytes.subarray(1, 3), new DataView(bytes.buffer, 2), new Blob(['x'])])
      sockets[0]?.fire('message', { data });
    expect(heard).toEqual([bytes, Uint8Array.of(1, 2), Uint8Array.of(2, 3)]);
  });
});

describe('A message sent to a socket', () => {
  it('has U+FFFD for half a surrogate pair, queued or not', async () => {
    const { sent, begin, signIn } = puppets();
    const { session } = await begin({ queue: 1 });
    session.send('café 😀'.slice(0, 6));
    await signIn();
    for (const text of ['\uDE00\uD83D', 'a\uD83D\uD83D\uDE00', '😀']) session.send(text);
    expect(sent.slice(1)).toEqual(
      ['café \uFFFD', '\uFFFD\uFFFD', 'a\uFFFD😀', '😀'].map((text) =>
        JSON.stringify({ type: 'message', text }),
      ),
    );
  });

  it.each([
    { username: 'admin', password: '12\uD83D' },
    { username: '\uDE00', password: '1' },
    { token: 'abc\uD83D' },
  ])('never has credentials with half a surrogate pair, not even repaired', async (credentials) => {
    for (const protocol of ['json', 'text'] as const) {
      const { sockets, begin } = puppets();
      const { session } = await begin({ credentials, protocol });
      expect([session.state, session.reason, sockets]).toEqual(['signedOut', 'credentialsUnsayable', []]);
    }
  });

  it('is refused while the socket buffers as many bytes as the bound', async () => {
    const { sockets, sent, begin, signIn } = puppets();
    const { session } = await begin({ bufferedBytes: 1_000 });
    expect(session.bufferedAmount).toBe(0);
    await signIn();
    const buffered = (bytes: number) => Object.assign(sockets[0] as Socket, { bufferedAmount: bytes });
    buffered(999);
    session.send('a');
    buffered(1_000);
    expect(session.bufferedAmount).toBe(1_000);
    expect(() => session.send('b')).toThrow(expect.objectContaining({ code: 'bufferFull' }));
    expect(session.state).toBe('ready');
    buffered(0);
    session.send('c');
    expect(sent.slice(1).map((data) => JSON.parse(String(data)).text)).toEqual(['a', 'c']);
  });

  it('is refused by default at 16 MiB, and never for a class without bufferedAmount', async () => {
    const { sockets, begin, signIn } = puppets();
    const { session } = await begin();
    await signIn();
    Object.assign(sockets[0] as Socket, { bufferedAmount: 2 ** 24 });
    expect(() => session.send('b')).toThrow(expect.objectContaining({ code: 'bufferFull' }));
    Object.assign(sockets[0] as Socket, { bufferedAmount: undefined });
    session.send('c');
    expect(session.bufferedAmount).toBe(0);
  });

  it('waits in the queue, which has the same bound of bytes', async () => {
    const { begin } = puppets();
    const { session } = await begin({ queue: 1_000, bufferedBytes: 100 });
    session.send('x'.repeat(99));
    session.send(new Uint8Array(1));
    expect(() => session.send('y')).toThrow(expect.objectContaining({ code: 'queueFull' }));
  });
});
