/** Sessions that write down what an adapter calls, and whose connections a test calls itself. */
import {
  accept,
  type Clock,
  type Connection,
  createSessions,
  type Limits,
  type Peer,
  type Receiver,
  type Sessions,
} from '@sallyport/core';
import type { Data } from '@sallyport/protocol';

export type Call =
  | readonly ['opened' | 'buffered' | 'drained' | 'ponged']
  | readonly ['receive', data: Data, byteLength: number]
  | readonly ['closed', code: number, reason: string];

export class Recorded implements Receiver {
  readonly connection: Connection;
  readonly peer: Peer;
  readonly calls: Call[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(connection: Connection, peer: Peer) {
    this.connection = connection;
    this.peer = peer;
  }

  opened(): void {
    this.#write(['opened']);
  }
  receive(data: Data, byteLength: number): void {
    this.#write(['receive', data, byteLength]);
  }
  buffered(): void {
    this.#write(['buffered']);
  }
  drained(): void {
    this.#write(['drained']);
  }
  ponged(): void {
    this.#write(['ponged']);
  }
  closed(code: number, reason: string): void {
    this.#write(['closed', code, reason]);
  }

  /** Resolves once a call of this name has come, which may have been before; rejects if `closed` comes and it has not. */
  async until(name: Call[0]): Promise<void> {
    const has = (wanted: Call[0]) => this.calls.some(([called]) => called === wanted);
    while (!has(name)) {
      if (has('closed')) throw new Error(`closed, and no ${name}: ${JSON.stringify(this.calls)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #write(call: Call): void {
    this.calls.push(call);
    for (const goOn of this.#waiting.splice(0)) goOn();
  }
}

export interface Recording {
  readonly sessions: Sessions;
  /** In the order in which they were opened. */
  readonly opened: readonly Recorded[];
}

export function recordSessions(clock: Clock, limits: Partial<Limits> = {}): Recording {
  const real = createSessions({ authenticate: () => accept('nobody'), clock, limits });
  const opened: Recorded[] = [];
  const sessions: Sessions = {
    limits: real.limits,
    counters: real.counters,
    size: 0,
    countByState: () => ({}),
    admit: (request) => real.admit(request),
    open(connection, peer) {
      const recorded = new Recorded(connection, peer);
      opened.push(recorded);
      return recorded;
    },
    drain: () => Promise.resolve(),
    revoke: () => {},
    [Symbol.iterator]: () => real[Symbol.iterator](),
  };
  return { sessions, opened };
}
