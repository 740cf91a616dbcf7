/**
 * The outlet: the one place that calls a connection. It never calls one that is gone, survives whatever an adapter
 * throws, and judges whether the peer takes what it is sent.
 *
 * The judgement is ours because the libraries have opposite ones: one queues without bound, the other drops silently.
 * Outlet, drive and session are one object in three files, each on top of the one before: there are as many of it as
 * there are clients, and most of them are idle.
 */
import { byteLength, type Data } from '@sallyport/protocol';
import type { Connection, SendResult } from './connection.ts';

/** Bytes that were sent and that the peer does not take. */
interface Backlog {
  /** When it was last looked at. */
  bytes: number;
  /** What went behind them since: what there is now is less than both together only if some of it has left. */
  sentSince: number;
  movedAt: number;
}

export abstract class Outlet {
  /** None once it is gone: what is not there cannot be called. */
  #connection: Connection | undefined;
  /** Only while there is one. */
  #backlog: Backlog | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** What an adapter threw. */
  abstract fault(source: 'connection', error: unknown): void;

  protected get isGone(): boolean {
    return this.#connection === undefined;
  }

  /** `dropped` also if more than `maxUnsent` bytes are unsent now: this peer is not to be waited for. */
  protected transmit(data: Data, maxUnsent: number, now: number): SendResult {
    try {
      if (this.#backlog) this.#backlog.sentSince += byteLength(data);
      const result = this.#connection?.send(data) ?? 'dropped';
      return result === 'buffered' ? this.piledUp(maxUnsent, now) : result;
    } catch (error) {
      this.fault('connection', error);
      return 'dropped';
    }
  }

  /** Something waits: `dropped` if it is too much to be waited for. */
  protected piledUp(maxUnsent: number, now: number): SendResult {
    const bytes = this.#unsentBytes();
    if (bytes > maxUnsent) return 'dropped';
    this.#backlog ??= { bytes, sentSince: 0, movedAt: now };
    return 'buffered';
  }

  protected ping(): void {
    this.#attempt((connection) => connection.ping());
  }

  protected shakeHands(code: number, reason: string): void {
    this.#attempt((connection) => connection.close(code, reason));
  }

  protected cut(): void {
    this.#attempt((connection) => connection.terminate());
    this.gone();
  }

  /** The adapter said so, or was told to. */
  protected gone(): void {
    this.#connection = undefined;
    this.#backlog = undefined;
  }

  /** Nothing waits any more. */
  drained(): void {
    this.#backlog = undefined;
  }

  /** For how long nothing that is unsent has left. Further bytes behind it are no progress, and hide none. */
  protected stalledMs(now: number): number {
    const backlog = this.#backlog;
    if (!backlog) return 0;
    const bytes = this.#unsentBytes();
    // An adapter may have missed to say so.
    if (bytes === 0) this.drained();
    if (bytes < backlog.bytes + backlog.sentSince) backlog.movedAt = now;
    backlog.bytes = bytes;
    backlog.sentSince = 0;
    return now - backlog.movedAt;
  }

  #unsentBytes(): number {
    try {
      return this.#connection?.bufferedAmount ?? 0;
    } catch (error) {
      this.fault('connection', error);
      return Number.POSITIVE_INFINITY;
    }
  }

  #attempt(action: (connection: Connection) => void): void {
    try {
      if (this.#connection) action(this.#connection);
    } catch (error) {
      this.fault('connection', error);
    }
  }
}
