/**
 * The adapter for uWebSockets.js: translates between a WebSocket of the library and a session.
 *
 * It keeps no session state and decides nothing. The core admits and limits; the limits of the library lie above those of the
 * core. Proven by: test/adapter.test.ts and the stories of conformance.
 */

import type {
  HttpRequest,
  HttpResponse,
  us_socket_context_t,
  WebSocket,
  WebSocketBehavior,
} from 'uWebSockets.js';
import {
  type Connection,
  checkKnownOptions,
  type Receiver,
  type RequestOptions,
  type SendResult,
  type Sessions,
  UpgradeHeaders,
} from '@sallyport/core';
import {
  type Admitted,
  type Requests,
  type SharedBatch,
  SharedSends,
  type SharedTarget,
} from '@sallyport/listen';
import type { Data } from '@sallyport/protocol';
import { closeCodeOf } from './close-code.ts';
import { encoded } from './encoded.ts';
import { admit } from './handshake.ts';
import { librarySettings } from './library-settings.ts';

// --- types

/** What the library stores with each WebSocket. The library may copy it, so it only refers to the connection. */
export interface UserData {
  /** Internal: the session's connection. */
  readonly connection: UwsConnection;
}

type Socket = WebSocket<UserData>;

/**
 * Reads short texts in half the time that `Buffer` takes. `ignoreBOM` keeps a leading U+FEFF: it is part of the text. The library has
 * checked that the bytes are UTF-8.
 */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Data for many connections: the bytes of a text are made once. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly isBinary: boolean;
}

/** A close frame. */
interface Farewell {
  readonly code: number;
  readonly reason: string;
}

const shared = new SharedSends<Piece, readonly Piece[]>({
  encode: (data) =>
    typeof data === 'string'
      ? { bytes: Buffer.from(data), isBinary: false }
      : { bytes: data, isBinary: true },
  bytesOf: ({ bytes }) => bytes.length,
  join: (pieces) => pieces,
});

/** The bytes of a frame with a payload of this size. A server does not mask (RFC 6455, 5.2). */
function frameBytes(payload: number): number {
  return payload + (payload < 126 ? 2 : payload < 65_536 ? 4 : 10);
}

// --- port

class UwsConnection implements Connection, SharedTarget<Piece, readonly Piece[]> {
  /** `undefined` before the opening and after the close, where any call would throw. */
  #socket: Socket | undefined;
  #receiver: Receiver | undefined;
  /**
   * From the upgrade to the opening, the admitted request. Afterwards the close frame, if it must wait until nothing before it is unsent. One
   * field for both saves memory.
   */
  #pending: Admitted | Farewell | undefined;
  waiting: SharedBatch<Piece, readonly Piece[]> | undefined = undefined;

  constructor(admitted: Admitted) {
    this.#pending = admitted;
  }

  send(data: Data): SendResult {
    if (this.waiting) shared.flush(this);
    const bytes = typeof data === 'string' ? encoded(data) : data;
    const status = this.#socket?.send(bytes, typeof data !== 'string');
    // 2: the library has dropped it. Undefined: there is no socket.
    if (status !== 0 && status !== 1) return 'dropped';
    this.#receiver?.sent(frameBytes(bytes.length));
    return status === 1 ? 'sent' : 'buffered';
  }

  sendShared(data: Data): SendResult {
    if (this.#socket) shared.add(this, data);
    return 'sent';
  }

  /** One write for all of them. docs/decisions/8-a-tick-is-one-write.md says why it does not use `publish` of the library. */
  sendJoined(pieces: readonly Piece[]): void {
    const socket = this.#socket;
    if (!socket) return;
    const [first] = pieces;
    if (pieces.length === 1 && first) {
      if (socket.send(first.bytes, first.isBinary) === 1) return;
    } else
      socket.cork(() => {
        for (const { bytes, isBinary } of pieces) socket.send(bytes, isBinary);
      });
    this.#receiver?.sent(pieces.reduce((sum, { bytes }) => sum + frameBytes(bytes.length), 0));
    // What the library has dropped was beyond its limit, which lies above the core's.
    if (this.bufferedAmount > 0) this.#receiver?.buffered();
  }

  ping(): void {
    shared.flush(this);
    this.#socket?.ping();
  }

  /**
   * While bytes are unsent, this does not call `end`. The library would report the socket closed at once, so `terminate` would have
   * no effect, and would wait as long as the peer takes a byte now and then. Past `maxBackpressure` it would lose the close frame.
   */
  close(code: number, reason: string): void {
    shared.flush(this);
    if (this.bufferedAmount > 0) this.#pending = { code, reason };
    else this.#socket?.end(code, reason);
  }

  terminate(): void {
    this.#socket?.close();
  }

  get bufferedAmount(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  opened(socket: Socket, sessions: Sessions): void {
    const { peer, protocol, credentials } = this.#pending as Admitted;
    this.#pending = undefined;
    this.#socket = socket;
    this.#receiver = sessions.open(this, peer, protocol, credentials);
    this.#receiver.opened();
  }

  received(data: ArrayBuffer, isBinary: boolean): void {
    // A copy: the library reuses its bytes on return.
    const message = isBinary ? new Uint8Array(data.slice(0)) : utf8.decode(data);
    this.#receiver?.receive(message, data.byteLength);
  }

  /** The library calls this after every write; the session is told only when nothing is unsent. */
  drained(): void {
    if (this.bufferedAmount > 0) return;
    const farewell = this.#pending as Farewell | undefined;
    if (farewell) this.#socket?.end(farewell.code, farewell.reason);
    else this.#receiver?.drained();
  }

  ponged(): void {
    this.#receiver?.ponged();
  }

  /** The library also calls this from within `end` and `close`. */
  closed(code: number, reason: string): void {
    this.#socket = undefined;
    shared.forget(this);
    this.#receiver?.closed(closeCodeOf(code, reason), reason);
  }
}

// --- export

/**
 * Adds Sallyport to an app of yours: `app.ws('/*', behavior(sessions))`. Opens a session for each request that the core admits.
 * `context` is required where the sessions have a type of context. Throws a `UsageError` that names the first wrong option.
 */
export function behavior<Context>(
  sessions: Sessions<Context>,
  ...[given]: unknown extends Context
    ? [options?: RequestOptions<Context>]
    : [options: RequestOptions<Context>]
): WebSocketBehavior<UserData> {
  const options = (given ?? {}) as RequestOptions;
  checkKnownOptions('behavior', options, ['context', 'credentials']);
  // The library does not tell whether an app speaks TLS.
  return countedBehavior(sessions as Sessions, options, false, undefined);
}

/** `behavior` for the serve form, where refused upgrade requests count as plain requests. */
export function countedBehavior(
  sessions: Sessions,
  options: RequestOptions,
  isSecure: boolean,
  requests: Requests | undefined,
): WebSocketBehavior<UserData> {
  const reader = sessions.requestReader(options, isSecure);
  return {
    ...librarySettings(sessions.limits),
    upgrade(res: HttpResponse, req: HttpRequest, context: us_socket_context_t): void {
      // All of the request is read now: it is not valid after this returns.
      const headers = new UpgradeHeaders();
      const admitted = admit(res, req, headers, sessions, reader, requests);
      if (!admitted) return;
      const data: UserData = { connection: new UwsConnection(admitted) };
      res.upgrade(data, headers.key, admitted.protocol.subprotocol ?? '', '', context);
    },
    open: (socket) => socket.getUserData().connection.opened(socket, sessions),
    message: (socket, data, isBinary) => socket.getUserData().connection.received(data, isBinary),
    drain: (socket) => socket.getUserData().connection.drained(),
    pong: (socket) => socket.getUserData().connection.ponged(),
    // Most connections close without a reason. A buffer for nothing would cost each of them time and garbage.
    close: (socket, code, message) =>
      socket
        .getUserData()
        .connection.closed(code, message.byteLength === 0 ? '' : Buffer.from(message).toString()),
  };
}
