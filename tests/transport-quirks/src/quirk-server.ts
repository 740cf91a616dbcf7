/**
 * A server with the tutorial's one user, on a clock that stands still: nothing ends here because a machine was slow.
 *
 * What is said on the wire is of `exchange.ts`.
 */
import { type Client, connect } from '@sallyport/conformance';
import { authenticate } from '@sallyport/conformance/serving';
import {
  createSessions,
  type Ending,
  type Fault,
  type Sessions,
  type SessionsOptions,
} from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { vi } from 'vitest';
import type { Transport } from './transports.ts';

export interface Gate {
  readonly sessions: Sessions;
  readonly clock: SimulatedClock;
  readonly port: number;
  /** Of all sessions but the bystander's, in the order in which they ended. */
  readonly endings: readonly Ending[];
  readonly faults: readonly Fault[];
  readonly bystander: Client;
  connect(): Promise<Client>;
  /** The adapter's own `close`; the drain that it begins hangs on the clock. */
  stop(): Promise<void>;
  /** Takes the clients away, and resolves when every session has ended and the server is gone; no clock is needed for it. */
  close(): Promise<void>;
}

export async function openGate(transport: Transport, options: Partial<SessionsOptions> = {}): Promise<Gate> {
  const clock = new SimulatedClock();
  const endings: Ending[] = [];
  const faults: Fault[] = [];
  const sessions = createSessions({
    authenticate,
    clock,
    onFault: (fault) => faults.push(fault),
    ...options,
    // The first session is the bystander's.
    observe: { closed: (session, ending) => void (session.id !== first && endings.push(ending)) },
  });
  const { port, close } = await transport.serve(sessions);
  const bystander = await connect({ port });
  const clients = [bystander];
  const first = [...sessions][0]?.id;
  return {
    sessions,
    clock,
    port,
    endings,
    faults,
    bystander,
    async connect() {
      const client = await connect({ port });
      clients.push(client);
      return client;
    },
    stop: close,
    async close() {
      for (const client of clients) client.socket.destroy();
      await vi.waitUntil(() => sessions.size === 0, { interval: 1, timeout: 60_000 });
      await close();
    },
  };
}

/**
 * When this resolves the server has read everything that was written here before: what it was told later, by somebody
 * else, it has answered several times over. Where nothing came of a write, this is the proof; no time is.
 */
export async function fence({ bystander }: Gate, rounds = 20): Promise<void> {
  for (let i = 0; i < rounds; i += 1) {
    bystander.frame(9, `${i}`);
    await bystander.next();
  }
}
