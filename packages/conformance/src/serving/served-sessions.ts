/** A server on an adapter with the tutorial's one user. It records how its sessions end, and closes after the test. */
import {
  createSessions,
  type Ending,
  type Fault,
  type Sessions,
  type SessionsOptions,
} from '@sallyport/core';
import { expect, onTestFinished, vi } from 'vitest';
import { type Client, connect, type HandshakeOptions } from '../wire/client.ts';
import type { Adapter, Listening, ServeOptions } from './adapter.ts';
import { ACCEPTED, authenticate, RIGHT } from './tutorial.ts';

export interface ServedSessions {
  readonly sessions: Sessions;
  readonly listening: Listening;
  readonly port: number;
  readonly faults: readonly Fault[];
  connect(options?: HandshakeOptions): Promise<Client>;
  /** A client that is signed in. */
  enter(options?: HandshakeOptions): Promise<Client>;
  /** Resolves with the ending of the next session, in the order of endings. */
  nextEnding(): Promise<Ending>;
}

export async function serveSessions(
  adapter: Adapter,
  options: Partial<SessionsOptions> = {},
  serveOptions: Partial<ServeOptions> = {},
): Promise<ServedSessions> {
  const faults: Fault[] = [];
  const endings: Ending[] = [];
  const waiting: ((ending: Ending) => void)[] = [];
  const sessions = createSessions({
    authenticate,
    clock: adapter.clock,
    onFault: (fault) => faults.push(fault),
    ...options,
    observe: {
      ...options.observe,
      closed(_, ending) {
        const next = waiting.shift();
        if (next) next(ending);
        else endings.push(ending);
      },
    },
  });
  const listening = await adapter.serve(sessions, { host: '127.0.0.1', port: 0, ...serveOptions });
  const [, path] = /^unix:(.*)/.exec(listening.host) ?? [];
  const target = path === undefined ? { port: listening.port } : { port: 0, path };
  const clients: Client[] = [];
  onTestFinished(async () => {
    for (const client of clients) client.socket.destroy();
    // Without a drain: sessions of clients that have closed must end by themselves.
    await vi.waitUntil(() => sessions.size === 0, { interval: 1, timeout: 60_000 });
    await listening.close();
  });
  const open = async (handshakeOptions?: HandshakeOptions) => {
    const client = await connect(target, handshakeOptions);
    clients.push(client);
    return client;
  };
  return {
    sessions,
    listening,
    port: listening.port,
    faults,
    connect: open,
    async enter(handshakeOptions) {
      const client = await open(handshakeOptions);
      expect(await client.ask(RIGHT)).toBe(ACCEPTED);
      return client;
    },
    async nextEnding() {
      return endings.shift() ?? new Promise((resolve) => waiting.push(resolve));
    },
  };
}
