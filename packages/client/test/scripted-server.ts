/**
 * A server in memory whose answers the test sends one by one: for stories of a client alone, about
 * answers that a real server gives by chance or under attack only. The clock is simulated.
 */
import {
  type ConnectOptions,
  connect,
  type Extension,
  type MethodsOf,
  type Session,
  type Socket,
  type SocketClass,
} from '@sallyport/client';
import { SimulatedClock } from '@sallyport/core/testing';
import type { Data } from '@sallyport/protocol';
import { right } from './network.ts';

type Listener = Parameters<Socket['addEventListener']>[1];

export interface ScriptedServer {
  readonly clock: SimulatedClock;
  /** The client's messages, each with the number of its connection. The first connection is 1. */
  readonly received: { readonly connection: number; readonly message: Record<string, unknown> }[];
  /** Connections so far. */
  readonly connections: number;
  /** Sends this on the newest connection. */
  send(answer: object): Promise<void>;
  /** Ends the newest connection. */
  close(code: number, reason?: string): Promise<void>;
  /** Advances the clock. Runs all timers and promises that are due. */
  pass(ms?: number): Promise<void>;
  /** Whether new connections fail. */
  isDown: boolean;
  connect<const Extensions extends readonly Extension[] = []>(
    options?: Partial<ConnectOptions> & { readonly extensions?: Extensions },
  ): { readonly session: Session & MethodsOf<Extensions>; readonly steps: string[] };
}

async function flushMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

export function scriptedServer(): ScriptedServer {
  const clock = new SimulatedClock();
  const sockets: ScriptedSocket[] = [];

  class ScriptedSocket implements Socket {
    binaryType = 'blob';
    readonly #number = sockets.push(this);
    readonly #listeners: (readonly [string, Listener])[] = [];

    constructor() {
      clock.setTimeout(() => (server.isDown ? this.fire('close', { code: 1006 }) : this.fire('open')), 0);
    }

    addEventListener(type: string, listener: Listener): void {
      this.#listeners.push([type, listener]);
    }

    send(data: Data): void {
      server.received.push({ connection: this.#number, message: JSON.parse(String(data)) });
    }

    close(code = 1005, reason = ''): void {
      clock.setTimeout(() => this.fire('close', { code, reason }), 0);
    }

    fire(type: string, event: object = {}): void {
      for (const [one, listener] of this.#listeners) if (one === type) listener({ type, ...event });
    }
  }

  const pass = async (ms = 0) => {
    await flushMicrotasks();
    for (let turn = 0; turn < 5; turn += 1) {
      clock.advance(turn === 0 ? ms : 0);
      await flushMicrotasks();
    }
  };
  const server = {
    clock,
    received: [] as ScriptedServer['received'],
    get connections() {
      return sockets.length;
    },
    isDown: false,
    async send(answer: object) {
      sockets.at(-1)?.fire('message', { data: JSON.stringify(answer) });
      await flushMicrotasks();
    },
    async close(code: number, reason = '') {
      sockets.at(-1)?.fire('close', { code, reason });
      await flushMicrotasks();
    },
    pass,
    connect<const Extensions extends readonly Extension[] = []>(options: Partial<ConnectOptions> = {}) {
      const session: Session = connect('ws://gate.example', {
        credentials: right,
        WebSocket: ScriptedSocket as SocketClass,
        clock,
        chance: () => 0,
        ...options,
      });
      const steps: string[] = [];
      session.on('state', ({ state, reason, retryInMs }) =>
        steps.push([state, reason, retryInMs].filter((word) => word !== undefined).join(' ')),
      );
      return { session: session as Session & MethodsOf<Extensions>, steps };
    },
  };
  return server;
}
