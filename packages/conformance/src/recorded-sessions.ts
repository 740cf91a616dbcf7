/**
 * Sessions that only record the calls of an adapter. A test calls the adapter's connections itself. For tests of the inside of an
 * adapter, besides the kit.
 */
import {
  accept,
  type Clock,
  type Connection,
  createSessions,
  type Limits,
  type NewPeer,
  type Receiver,
  type Sessions,
} from '@sallyport/core';
import type { Data } from '@sallyport/protocol';
import type { Call } from './kit/call.ts';

/** The receiver of one connection. It records the adapter's calls, and does nothing else. */
export class RecordedReceiver implements Receiver {
  /** The adapter's connection, for the test to call. */
  readonly connection: Connection;
  /** The peer that the adapter passed to `open`. */
  readonly peer: NewPeer;
  /** The adapter's calls, in order. */
  readonly calls: Call[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(connection: Connection, peer: NewPeer) {
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
  /** Not recorded: how many frames leave together differs between libraries. */
  sent(): void {}
  drained(): void {
    this.#write(['drained']);
  }
  ponged(): void {
    this.#write(['ponged']);
  }
  closed(code: number, reason: string): void {
    this.#write(['closed', code, reason]);
  }

  /** Resolves once the adapter has called this method. Rejects if `closed` comes without it. */
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

/** What `recordSessions` returns. */
export interface RecordedSessions {
  /** The sessions to pass to the adapter. */
  readonly sessions: Sessions;
  /** A receiver for each connection, in the order of opening. */
  readonly opened: readonly RecordedReceiver[];
}

/**
 * Creates sessions that record an adapter's calls. `limits`, `admit` and `answersTo` are real. Connections appear in `opened` only:
 * `size` is always 0, `countByState` is empty, `countUnsentBytes` is 0, `drain` resolves at once, and `revoke` has no effect.
 */
export function recordSessions(clock: Clock, limits: Partial<Limits> = {}): RecordedSessions {
  const real = createSessions({ authenticate: () => accept('user'), clock, limits });
  const opened: RecordedReceiver[] = [];
  const sessions: Sessions = {
    limits: real.limits,
    counters: real.counters,
    size: 0,
    countByState: () => ({}),
    countUnsentBytes: () => 0,
    clientAddress: (address) => address,
    requestReader: (options, isSecure) => real.requestReader(options, isSecure),
    admit: (request, reading) => real.admit(request, reading),
    answersTo: (host) => real.answersTo(host),
    open(connection, peer) {
      const recorded = new RecordedReceiver(connection, peer);
      opened.push(recorded);
      return recorded;
    },
    drain: () => Promise.resolve(),
    of: (user) => real.of(user),
    revoke: () => Promise.resolve('everywhere'),
    watch: (session, watcher) => real.watch(session, watcher),
    changeOrigins: (origins) => real.changeOrigins(origins),
    changeLimits: (changes) => real.changeLimits(changes),
    [Symbol.iterator]: () => real[Symbol.iterator](),
  };
  return { sessions, opened };
}
