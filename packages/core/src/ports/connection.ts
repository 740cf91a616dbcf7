/**
 * The contract between the core and an adapter, for one socket.
 *
 * The adapter implements `Connection` and calls `Receiver`. It keeps no session state and decides nothing. It calls
 * `sessions.open(…)`, stores the receiver, and calls `opened()`. Then it may call anything, and ends with `closed()`, once.
 */
import type { Data } from '@sallyport/protocol';

/** Where a connection or a request comes from. */
export interface PeerAddress {
  /** The client's IP address as text. Empty where the transport has none (a Unix socket). */
  readonly address: string;
  /** The `Origin` of the upgrade request (RFC 6454), if the client sent one. */
  readonly origin?: string;
}

/** The other end of a connection, as an adapter passes it to `Sessions.open`. */
export interface NewPeer<Context = unknown> extends PeerAddress {
  /** What the app keeps of the upgrade request. Absent where it keeps nothing. */
  readonly context?: Context;
}

/** The other end of a connection, as the transport and the app know it. */
export interface Peer<Context = unknown> extends PeerAddress {
  /** What the adapter's option `context` returned for the upgrade request. Undefined without that option. */
  readonly context: Context;
}

/**
 * What became of a message. `sent`: the operating system has it. `buffered`: some of it waits in the process. `dropped`: it
 * will never arrive.
 */
export type SendResult = 'sent' | 'buffered' | 'dropped';

/**
 * One per socket, implemented by an adapter. Core calls it only between `opened()` and `closed()`. Its methods may call the
 * receiver.
 */
export interface Connection {
  /** Sends a string as a text message, or bytes as a binary message. Core does not change the bytes afterwards. */
  send(data: Data): SendResult;
  /**
   * Optional. Like `send`, for data that many connections get, one right after another: the publications of channels. The adapter may
   * encode it once, and send what comes in one tick together. `send`, `ping` and `close` must not overtake it. What was reported as
   * `sent` and then waits is reported by `buffered()`. Default: `send`.
   */
  sendShared?(data: Data): SendResult;
  /** Sends a ping frame. */
  ping(): void;
  /** Starts the close handshake, behind everything that was sent. `reason` has at most 123 bytes of UTF-8. */
  close(code: number, reason: string): void;
  /** Cuts the connection at once, without a close frame. */
  terminate(): void;
  /** Bytes that wait in the process, because the operating system has not taken them yet. */
  readonly bufferedAmount: number;
}

/** One per socket, called by an adapter. Its methods never throw. */
export interface Receiver {
  /** The connection can be used from now on. Call it first, and once. */
  opened(): void;
  /**
   * A whole message came in: a string if it was text, else bytes. The bytes belong to core from now on. `byteLength` counts a
   * text in UTF-8.
   */
  receive(data: Data, byteLength: number): void;
  /**
   * Some bytes wait, although `send` returned `sent`. Only an adapter that delays its writes, for a tick say, has to report
   * this.
   */
  buffered(): void;
  /**
   * The frames of messages left for the library or the system, with so many bytes: headers count, frames of control do not. Core adds them up
   * (`bytesSent`). An adapter may report the frames of a tick together.
   */
  sent(bytes: number): void;
  /** The operating system has taken all bytes that waited. */
  drained(): void;
  /** A pong came in. */
  ponged(): void;
  /** The connection has closed, and core calls none of its methods any more. `code` is 1006 if there was no close frame. */
  closed(code: number, reason: string): void;
}
