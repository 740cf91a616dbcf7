/**
 * Outbound: the one place that calls a connection. It never calls a closed connection, catches an adapter's errors, and
 * detects a stalled peer.
 *
 * Libraries differ here: one queues without a bound, the other drops silently. So core detects stalls itself.
 * Proven by: test/session/watching.test.ts, test/session/faults.test.ts.
 */
import { byteLength, type Data } from '@sallyport/protocol';
import type { Connection, SendResult } from '../ports/connection.ts';

/** What the outbound side needs of its session. */
export interface OutboundOwner {
  /** The time of the sweep, in milliseconds. */
  readonly now: number;
  /** Unsent bytes above which a peer counts as stalled. */
  readonly maxUnsentBytes: number;
  /** Reports an adapter's error. */
  fault(source: 'connection', error: unknown): void;
}

/** Bytes that were sent and have not left the process. */
interface Backlog {
  /** Their number at the last check. */
  bytes: number;
  /** Bytes sent since the last check. If fewer bytes than both together are unsent now, some have left. */
  sentSince: number;
  /** When some of them last left. */
  movedAt: number;
}

export class Outbound {
  readonly #owner: OutboundOwner;
  /** Undefined once the connection has closed. */
  #connection: Connection | undefined;
  /** Undefined while no byte is unsent. */
  #backlog: Backlog | undefined;

  constructor(connection: Connection, owner: OutboundOwner) {
    this.#connection = connection;
    this.#owner = owner;
  }

  /** Whether the connection has closed. */
  get isClosed(): boolean {
    return this.#connection === undefined;
  }

  /** Sends a message. Returns `dropped` also if more than `maxUnsentBytes` are unsent afterwards. */
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

  /** Sends data that many clients get. Like `send` otherwise. */
  sendShared(data: Data): SendResult {
    if (!this.#connection?.sendShared) return this.send(data);
    try {
      if (this.#backlog) this.#backlog.sentSince += byteLength(data);
      const result = this.#connection.sendShared(data);
      return result === 'buffered' ? this.buffered() : result;
    } catch (error) {
      this.#owner.fault('connection', error);
      return 'dropped';
    }
  }

  /** Pings, and sends the heartbeat if there is one. Returns what became of the heartbeat. */
  ping(heartbeat: Data | undefined): SendResult {
    Outbound.#attempt(this, (connection) => connection.ping());
    return heartbeat === undefined ? 'sent' : this.send(heartbeat);
  }

  /** Starts the close handshake. */
  close(code: number, reason: string): void {
    Outbound.#attempt(this, (connection) => connection.close(code, reason));
  }

  /** Cuts the connection, and calls it no more. */
  terminate(): void {
    Outbound.#attempt(this, (connection) => connection.terminate());
    this.closed();
  }

  /** The connection has closed. */
  closed(): void {
    this.#connection = undefined;
    this.#backlog = undefined;
  }

  /** Some bytes are unsent. Returns `dropped` if they are more than `maxUnsentBytes`. */
  buffered(): SendResult {
    const bytes = Outbound.#unsentBytes(this);
    if (bytes > this.#owner.maxUnsentBytes) return 'dropped';
    this.#backlog ??= { bytes, sentSince: 0, movedAt: this.#owner.now };
    return 'buffered';
  }

  /** No byte is unsent any more. */
  drained(): void {
    this.#backlog = undefined;
  }

  /** Milliseconds since unsent bytes last left; 0 if no byte is unsent. New bytes behind them do not count as progress. */
  stalledMs(): number {
    const backlog = this.#backlog;
    if (!backlog) return 0;
    const bytes = Outbound.#unsentBytes(this);
    // An adapter may have failed to report it.
    if (bytes === 0) this.drained();
    if (bytes < backlog.bytes + backlog.sentSince) backlog.movedAt = this.#owner.now;
    backlog.bytes = bytes;
    backlog.sentSince = 0;
    return this.#owner.now - backlog.movedAt;
  }

  /** Private, and static: a private method would cost each object 8 bytes. */
  static #unsentBytes(outbound: Outbound): number {
    try {
      return outbound.#connection?.bufferedAmount ?? 0;
    } catch (error) {
      outbound.#owner.fault('connection', error);
      return Number.POSITIVE_INFINITY;
    }
  }

  static #attempt(outbound: Outbound, action: (connection: Connection) => void): void {
    try {
      if (outbound.#connection) action(outbound.#connection);
    } catch (error) {
      outbound.#owner.fault('connection', error);
    }
  }
}
