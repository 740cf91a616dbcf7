/**
 * Outbound: the one place that calls a connection. It never calls a connection that is gone, catches what an adapter
 * throws, and judges whether the peer takes what it is sent.
 *
 * The judgement is ours because the libraries differ: one queues without a bound, the other drops silently.
 * Proven by: test/session/watching.test.ts, test/session/faults.test.ts.
 */
import { byteLength, type Data } from '@sallyport/protocol';
import type { Connection, SendResult } from '../ports/connection.ts';

/** The session, as its outbound side needs it. */
export interface OutboundOwner {
  /** The time of the sweep, in milliseconds. */
  readonly now: number;
  /** Unsent bytes above which a peer counts as stalled. */
  readonly maxUnsentBytes: number;
  /** Told of what an adapter threw. */
  fault(source: 'connection', error: unknown): void;
}

/** Bytes that were sent and that the peer does not take. */
interface Backlog {
  /** How many there were at the last look. */
  bytes: number;
  /** How many were sent behind them since. There are less now than both together only if some have left. */
  sentSince: number;
  /** When some of them last left. */
  movedAt: number;
}

export class Outbound {
  readonly #owner: OutboundOwner;
  /** Undefined once it is gone, so it cannot be called any more. */
  #connection: Connection | undefined;
  /** Undefined while nothing is unsent. */
  #backlog: Backlog | undefined;

  constructor(connection: Connection, owner: OutboundOwner) {
    this.#connection = connection;
    this.#owner = owner;
  }

  /** No method of the connection may be called any more. */
  get isClosed(): boolean {
    return this.#connection === undefined;
  }

  /** Returns `dropped` also where more than `maxUnsentBytes` are unsent afterwards. */
  send(data: Data): SendResult {
    try {
      if (this.#backlog) this.#backlog.sentSince += byteLength(data);
      const result = this.#connection?.send(data) ?? 'dropped';
      return result === 'buffered' ? this.buffered() : result;
    } catch (error) {
      this.#owner.fault('connection', error);
      return 'dropped';
    }
  }

  ping(): void {
    this.#attempt((connection) => connection.ping());
  }

  /** Starts the close handshake. */
  close(code: number, reason: string): void {
    this.#attempt((connection) => connection.close(code, reason));
  }

  /** Cuts the connection, which is gone from then on. */
  terminate(): void {
    this.#attempt((connection) => connection.terminate());
    this.closed();
  }

  /** The adapter said that the connection has closed. */
  closed(): void {
    this.#connection = undefined;
    this.#backlog = undefined;
  }

  /** Some of what was sent is unsent: `dropped` if it is too much to wait for. */
  buffered(): SendResult {
    const bytes = this.#unsentBytes();
    if (bytes > this.#owner.maxUnsentBytes) return 'dropped';
    this.#backlog ??= { bytes, sentSince: 0, movedAt: this.#owner.now };
    return 'buffered';
  }

  /** Nothing is unsent any more. */
  drained(): void {
    this.#backlog = undefined;
  }

  /** Milliseconds since unsent bytes last left; 0 if nothing is unsent. Bytes sent behind them are no progress. */
  stalledMs(): number {
    const backlog = this.#backlog;
    if (!backlog) return 0;
    const bytes = this.#unsentBytes();
    // An adapter may have missed to say so.
    if (bytes === 0) this.drained();
    if (bytes < backlog.bytes + backlog.sentSince) backlog.movedAt = this.#owner.now;
    backlog.bytes = bytes;
    backlog.sentSince = 0;
    return this.#owner.now - backlog.movedAt;
  }

  #unsentBytes(): number {
    try {
      return this.#connection?.bufferedAmount ?? 0;
    } catch (error) {
      this.#owner.fault('connection', error);
      return Number.POSITIVE_INFINITY;
    }
  }

  #attempt(action: (connection: Connection) => void): void {
    try {
      if (this.#connection) action(this.#connection);
    } catch (error) {
      this.#owner.fault('connection', error);
    }
  }
}
