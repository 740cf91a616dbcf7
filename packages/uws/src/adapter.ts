/**
 * The adapter for uWebSockets.js: translates between one of its sockets and a session.
 *
 * It holds no session state and decides nothing: admission and every limit are the core's, and the library's own limits
 * lie just past those. Proven by: test/adapter.test.ts and the stories of conformance.
 */

import type {
  HttpRequest,
  HttpResponse,
  us_socket_context_t,
  WebSocket,
  WebSocketBehavior,
} from 'uWebSockets.js';
import type { Connection, Receiver, SendResult, Sessions } from '@sallyport/core';
import type { Data } from '@sallyport/protocol';
import { closeCodeOf } from './close-code.ts';
import { type Admitted, admit } from './handshake.ts';
import { librarySettings } from './library-settings.ts';

// --- types

/** What the library keeps for each of its sockets. It may copy it, so the connection is one step away. */
export interface UserData {
  readonly connection: UwsConnection;
}

type Socket = WebSocket<UserData>;

// --- port

class UwsConnection implements Connection {
  /** None until it is open, and once it is closed: any call would throw. */
  #socket: Socket | undefined;
  #receiver: Receiver | undefined;
  /** From the upgrade until it is open. */
  #admitted: Admitted | undefined;
  /** The close frame to send once everything before it has gone. */
  #farewell: { readonly code: number; readonly reason: string } | undefined;

  constructor(admitted: Admitted) {
    this.#admitted = admitted;
  }

  send(data: Data): SendResult {
    switch (this.#socket?.send(data, typeof data !== 'string')) {
      case 1:
        return 'sent';
      case 0:
        return 'buffered';
      default:
        return 'dropped';
    }
  }

  ping(): void {
    this.#socket?.ping();
  }

  /**
   * With something unsent, `end` would leave us nothing to cut by: it reports the socket closed at once, and the library
   * then waits for as long as the peer takes a byte now and then; past `maxBackpressure` it loses the close frame.
   */
  close(code: number, reason: string): void {
    if (this.bufferedAmount > 0) this.#farewell = { code, reason };
    else this.#socket?.end(code, reason);
  }

  terminate(): void {
    this.#socket?.close();
  }

  get bufferedAmount(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  opened(socket: Socket, sessions: Sessions): void {
    const { peer, protocol } = this.#admitted as Admitted;
    this.#admitted = undefined;
    this.#socket = socket;
    this.#receiver = sessions.open(this, peer, protocol);
    this.#receiver.opened();
  }

  received(data: ArrayBuffer, isBinary: boolean): void {
    // A copy: the library takes its bytes back on return. Buffer and not TextDecoder, which would swallow a leading BOM.
    const message = isBinary ? new Uint8Array(data.slice(0)) : Buffer.from(data).toString();
    this.#receiver?.receive(message, data.byteLength);
  }

  /** The library says so after every write; we are told when nothing is left. */
  drained(): void {
    if (this.bufferedAmount > 0) return;
    if (this.#farewell) this.#socket?.end(this.#farewell.code, this.#farewell.reason);
    else this.#receiver?.drained();
  }

  ponged(): void {
    this.#receiver?.ponged();
  }

  /** Called from within `end` and `close` too. */
  closed(code: number, reason: string): void {
    this.#socket = undefined;
    this.#receiver?.closed(closeCodeOf(code, reason), reason);
  }
}

// --- export

/** Sallyport on an app that you have: `app.ws('/*', behavior(sessions))`. */
export function behavior(sessions: Sessions): WebSocketBehavior<UserData> {
  return {
    ...librarySettings(sessions.limits),
    upgrade(res: HttpResponse, req: HttpRequest, context: us_socket_context_t): void {
      // All of it now: the request is gone when this returns.
      const admitted = admit(res, req, sessions);
      if (!admitted) return;
      const data: UserData = { connection: new UwsConnection(admitted) };
      res.upgrade(data, admitted.key, admitted.protocol.subprotocol ?? '', '', context);
    },
    open: (socket) => socket.getUserData().connection.opened(socket, sessions),
    message: (socket, data, isBinary) => socket.getUserData().connection.received(data, isBinary),
    drain: (socket) => socket.getUserData().connection.drained(),
    pong: (socket) => socket.getUserData().connection.ponged(),
    close: (socket, code, message) =>
      socket.getUserData().connection.closed(code, Buffer.from(message).toString()),
  };
}
