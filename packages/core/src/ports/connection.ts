/**
 * The two halves of the contract between the core and an adapter, per socket.
 *
 * The adapter implements `Connection` and calls `Receiver`. It keeps no session state and decides nothing. Order:
 * `sessions.open(…)`, store what it returns, `opened()`, then anything, `closed()` once, then nothing.
 */
import type { Data } from '@sallyport/protocol';

/** Who is at the other end, as far as the transport knows. */
export interface Peer {
  /** Textual IP address; empty where the transport has none (a Unix socket). */
  readonly address: string;
  /** The `Origin` of the upgrade request (RFC 6454), if there was one. */
  readonly origin?: string;
}

/** - `sent`: handed to the operating system. - `buffered`: some of it waits here. - `dropped`: it will never arrive. */
export type SendResult = 'sent' | 'buffered' | 'dropped';

/** Implemented by an adapter, one per socket. Never called before `opened()` or after `closed()`. May call back into the receiver. */
export interface Connection {
  /** A string goes out as a text message, bytes as a binary one. The bytes are not changed afterwards. */
  send(data: Data): SendResult;
  ping(): void;
  /** Starts the close handshake, after all that was sent. `reason` has at most 123 bytes. */
  close(code: number, reason: string): void;
  /** Cuts at once, without a close frame. */
  terminate(): void;
  /** Bytes that were sent and that the operating system has not taken yet. */
  readonly bufferedAmount: number;
}

/** Called by an adapter, one per socket. None of these ever throws. */
export interface Receiver {
  /** First, once: the connection can be used from now on. */
  opened(): void;
  /** A whole message: a string if it was text, else bytes, which belong to the core from here on. */
  receive(data: Data, byteLength: number): void;
  /** Some of what was `sent` waits after all. Only an adapter that holds what it is sent, for a tick say, has to say so. */
  buffered(): void;
  /** The operating system has taken all that was buffered. */
  drained(): void;
  /** A pong came in. */
  ponged(): void;
  /** The connection is gone, and no method of it may be called any more. `code` 1006 if there was no close frame. */
  closed(code: number, reason: string): void;
}
