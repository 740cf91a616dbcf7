/** The client over real sockets: with the WebSocket of `ws`, and with that of the runtime (Node 22 and later). */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type SocketClass } from '@sallyport/client';
import { type Authenticator, accept, createSessions, postpone } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { admin, right, wrong } from './network.ts';

const own = (globalThis as { WebSocket?: SocketClass }).WebSocket;
const classes: readonly (readonly [string, SocketClass | undefined])[] = [
  ['ws', WebSocket],
  ["the runtime's own", own],
];

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function open(port = 0, authenticate: Authenticator = admin) {
  const sessions = createSessions({ authenticate, clock: systemClock });
  const server = createServer();
  attach(server, sessions);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { server, sessions, port: (server.address() as AddressInfo).port };
}

describe.each(classes)('A session over the WebSocket of %s', (_, Class) => {
  const options = Class ? { WebSocket: Class } : {};

  it.skipIf(!Class).each(['json', 'text'] as const)(
    'signs in, exchanges messages and closes, in %s',
    async (protocol) => {
      const { port } = await open();
      const session = connect(`ws://127.0.0.1:${port}`, { credentials: right, protocol, ...options });
      await session.ready;
      session.send('hello');
      session.send(new Uint8Array([1, 2]));
      const heard: unknown[] = [];
      for await (const message of session) {
        heard.push(message);
        if (heard.length === 2) session.close();
      }
      expect(heard).toEqual(['your submit context: hello', new Uint8Array([1, 2])]);
      expect(await session.closed).toBe('clientLeft');
    },
  );

  it.skipIf(!Class)('is signed out by wrong credentials', async () => {
    const { port } = await open();
    const session = connect(`http://127.0.0.1:${port}/`, { credentials: wrong, ...options });
    await expect(session.ready).rejects.toMatchObject({ reason: 'credentialsRefused' });
    session.close();
  });

  it.skipIf(!Class)('signs in with credentials that the server has postponed', async () => {
    const verdicts = [postpone(1), postpone(1), accept('admin')];
    const { port } = await open(0, () => verdicts.shift() ?? accept('other'));
    const session = connect(`ws://127.0.0.1:${port}`, { credentials: right, chance: () => 0, ...options });
    const states: string[] = [];
    session.on('state', ({ state }) => states.push(state));
    await session.ready;
    expect([session.user, states]).toEqual([
      'admin',
      ['authenticating', 'postponed', 'authenticating', 'postponed', 'authenticating', 'ready'],
    ]);
    session.close();
    await session.closed;
  });

  it.skipIf(!Class)('reconnects to a server that restarts', async () => {
    const first = await open();
    const session = connect(`ws://127.0.0.1:${first.port}`, {
      credentials: async () => right,
      chance: () => 0.02,
      ...options,
    });
    await session.ready;
    const lost = new Promise<unknown>((resolve) => session.on('state', resolve));
    const drained = first.sessions.drain();
    expect(await lost).toEqual({ state: 'waiting', reason: 'draining', retryInMs: 20, unsent: 0 });
    await drained;
    await new Promise((resolve) => first.server.close(resolve));
    await open(first.port);
    await session.ready;
    session.send('again');
    expect(await session[Symbol.asyncIterator]().next()).toMatchObject({
      value: 'your submit context: again',
    });
    session.close();
    await session.closed;
  });
});
