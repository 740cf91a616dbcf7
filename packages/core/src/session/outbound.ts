/**
 * Outbound: the one place that calls a connection. It never calls a closed connection, catches an adapter's errors, and
 * detects a stalled peer.
 *
 * Libraries differ here: one queues without a bound, the other drops silently. So core detects stalls itself.
 * These are functions, not an object, because an idle session must cost no further bytes.
 * Proven by: test/session/watching.test.ts, test/session/faults.test.ts, test/surface.test.ts (no other file calls a connection).
 */
import { byteLength, type Data } from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import type { Connection, SendResult } from '../ports/connection.ts';
import type { FaultSource } from '../ports/observer.ts';

/** What the outbound side needs of its session. */
export interface OutboundOwner {
  readonly environment: { readonly limits: Limits };
  /** The time of the sweep, in milliseconds. */
  readonly now: number;
  /** Undefined once the connection has closed. */
  connection: Connection | undefined;
  /** Undefined while no byte is unsent. */
  backlog: Backlog | undefined;
  /** Reports an adapter's error. */
  fault(source: FaultSource, error: unknown): void;
}

/** Bytes that were sent and have not left the process. */
export interface Backlog {
  /** Their number at the last check. */
  bytes: number;
  /** Bytes sent since the last check. If fewer bytes than both together are unsent now, some have left. */
  sentSince: number;
  /** When some of them last left. */
  movedAt: number;
}

/** Whether the connection has closed. */
export function hasClosed({ connection }: Pick<OutboundOwner, 'connection'>): boolean {
  return connection === undefined;
}

/**
 * Sends a message. `isShared`: many clients get this data. Returns `dropped` also if more bytes than the limit `unsentBytes` are unsent
 * afterwards. Data that is neither a string nor bytes is a fault of the protocol, or of the service that encoded it: libraries would send
 * something else for it, or throw later.
 */
export function transmit(session: OutboundOwner, data: Data, isShared = false): SendResult {
  const { connection, backlog } = session;
  if (!connection) return 'dropped';
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
    session.fault('protocol', notEncoded(data));
    return 'dropped';
  }
  try {
    if (backlog) backlog.sentSince += byteLength(data);
    const result = isShared && connection.sendShared ? connection.sendShared(data) : connection.send(data);
    return result === 'buffered' ? buffered(session) : result;
  } catch (error) {
    session.fault('connection', error);
    return 'dropped';
  }
}

/** Pings, and sends the heartbeat if there is one. Returns what became of the heartbeat. */
export function ping(session: OutboundOwner, heartbeat: Data | undefined): SendResult {
  attempt(session, (connection) => connection.ping());
  return heartbeat === undefined ? 'sent' : transmit(session, heartbeat);
}

/** Starts the close handshake. */
export function close(session: OutboundOwner, code: number, reason: string): void {
  attempt(session, (connection) => connection.close(code, reason));
}

/** Cuts the connection, and calls it no more. */
export function terminate(session: OutboundOwner): void {
  attempt(session, (connection) => connection.terminate());
  closed(session);
}

/** The connection has closed. */
export function closed(session: OutboundOwner): void {
  session.connection = undefined;
  session.backlog = undefined;
}

/** Some bytes are unsent. Returns `dropped` if they are more than the limit `unsentBytes`. */
export function buffered(session: OutboundOwner): SendResult {
  const bytes = unsentBytes(session);
  if (bytes > session.environment.limits.unsentBytes) return 'dropped';
  session.backlog ??= { bytes, sentSince: 0, movedAt: session.now };
  return 'buffered';
}

/** No byte is unsent any more. */
export function drained(session: OutboundOwner): void {
  session.backlog = undefined;
}

/** Milliseconds since unsent bytes last left; 0 if no byte is unsent. New bytes behind them do not count as progress. */
export function stalledMs(session: OutboundOwner): number {
  const { backlog } = session;
  if (!backlog) return 0;
  const bytes = unsentBytes(session);
  // An adapter may have failed to report it.
  if (bytes === 0) drained(session);
  if (bytes < backlog.bytes + backlog.sentSince) backlog.movedAt = session.now;
  backlog.bytes = bytes;
  backlog.sentSince = 0;
  return session.now - backlog.movedAt;
}

/** Bytes that were sent and have not left the process. 0 if the connection has closed. */
export function unsentBytes(session: OutboundOwner): number {
  try {
    return session.connection?.bufferedAmount ?? 0;
  } catch (error) {
    session.fault('connection', error);
    return Number.POSITIVE_INFINITY;
  }
}

function attempt(session: OutboundOwner, action: (connection: Connection) => void): void {
  try {
    if (session.connection) action(session.connection);
  } catch (error) {
    session.fault('connection', error);
  }
}

/** The error names the kind of the value: `number`, `null`, `Object`, `ArrayBuffer`, `Promise`. */
function notEncoded(value: unknown): TypeError {
  const kind = typeof value === 'object' ? Object.prototype.toString.call(value).slice(8, -1) : typeof value;
  return new TypeError(`encoded data must be a string or a Uint8Array, not ${kind}`);
}
