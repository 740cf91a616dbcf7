/**
 * Sessions that write down what an adapter calls, and whose connections a test calls itself: for tests of an adapter's own
 * inner ways, beside the kit.
 */
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
import type { Call } from './kit/call.ts';

/** The receiver of one connection: keeps what the adapter calls, and does nothing about it. */
export class RecordedReceiver implements Receiver {
  /** The adapter's, for the test to call. */
  readonly connection: Connection;
  /** As the adapter gave it to `open`. */
  readonly peer: Peer;
  /** In order. */
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

/** Sessions to give to an adapter, and what it has opened of them. */
export interface RecordedSessions {
  readonly sessions: Sessions;
  /** In the order in which they were opened. */
  readonly opened: readonly RecordedReceiver[];
}

/**
 * Sessions with nobody behind them. `limits`, `admit` and `answersTo` are real; what the adapter opens is in `opened` and in nothing else:
 * `size` is always 0, `countByState` empty, `drain` done at once, and `revoke` nothing.
 */
export function recordSessions(clock: Clock, limits: Partial<Limits> = {}): RecordedSessions {
  const real = createSessions({ authenticate: () => accept('nobody'), clock, limits });
  const opened: RecordedReceiver[] = [];
  const sessions: Sessions = {
    limits: real.limits,
    counters: real.counters,
    size: 0,
    countByState: () => ({}),
    clientAddress: (address) => address,
    admit: (request) => real.admit(request),
    answersTo: (host) => real.answersTo(host),
    open(connection, peer) {
      const recorded = new RecordedReceiver(connection, peer);
      opened.push(recorded);
      return recorded;
    },
    drain: () => Promise.resolve(),
    revoke: () => {},
    [Symbol.iterator]: () => real[Symbol.iterator](),
  };
  return { sessions, opened };
}
