/**
 * A server with the tutorial's one user, on a clock that stands still: no session ends because a machine is slow.
 *
 * `exchange.ts` has the traffic on the wire.
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
  /** The ends of all sessions except the bystander's, in their order. */
  readonly endings: readonly Ending[];
  readonly faults: readonly Fault[];
  readonly bystander: Client;
  connect(): Promise<Client>;
  /** The adapter's own `close`; the drain that it begins depends on the clock. */
  stop(): Promise<void>;
  /** Disconnects the clients, and resolves when every session has ended and the server has closed. It needs no clock. */
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
 * When this resolves, the server has read everything that was written before: it has answered later messages of another
 * client several times. So a write without an effect is proven without waiting.
 */
export async function fence({ bystander }: Gate, rounds = 20): Promise<void> {
  for (let i = 0; i < rounds; i += 1) {
    bystander.frame(9, `${i}`);
    await bystander.next();
  }
}
