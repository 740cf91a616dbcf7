/**
 * The adapter for ws: translates between one of its sockets and a session.
 *
 * It holds no session state and decides nothing: admission and every limit are the core's, and ws's own limits lie
 * just past those. Proven by: test/adapter.test.ts and the stories of conformance.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Connection, Receiver, SendResult, Sessions } from '@sallyport/core';
import type { Data } from '@sallyport/protocol';
import { WebSocket, WebSocketServer } from 'ws';
import { closeCodeOf } from './close-code.ts';
import { Cork } from './cork.ts';
import { type Admitted, admit, pathOf } from './handshake.ts';
import { librarySettings } from './library-settings.ts';
import { leaveToOthers, takesPath } from './other-paths.ts';

// --- types

export interface AttachOptions {
  /**
   * Takes upgrade requests for this path only. Others are left to other listeners for `upgrade`, which then have to end
   * them; where all the listeners are of `attach`, what none of them takes is answered with 404. Default: takes them all.
   */
  readonly path?: string | undefined;
}

export interface Attached {
  /** Takes no more upgrade requests. The sessions that there are go on. */
  detach(): void;
}

/** ws makes its sockets of this class, so that all of them share their listeners. */
class Socket extends WebSocket {
  declare connection: WsConnection;
}

// --- port

class WsConnection extends Cork implements Connection {
  readonly #socket: WebSocket;
  readonly receiver: Receiver;
  /** Something waits, and the session knows. */
  #isBuffering = false;

  constructor(socket: WebSocket, tcp: Duplex, sessions: Sessions, { peer, protocol }: Admitted) {
    super(tcp);
    this.#socket = socket;
    this.receiver = sessions.open(this, peer, protocol);
  }

  send(data: Data): SendResult {
    // The peer's close frame is in, and `close` follows. `dropped` would blame a peer that left as it should.
    if (this.#socket.readyState !== WebSocket.OPEN) return 'sent';
    this.hold();
    this.#socket.send(data);
    this.letGoIfFull();
    if (this.unsentBytes === 0) return 'sent';
    this.#watch();
    return 'buffered';
  }

  ping(): void {
    this.#socket.ping();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  get bufferedAmount(): number {
    return this.unsentBytes;
  }

  /** What was held and called sent may have to wait after all. */
  protected override letGone(): void {
    if (this.#isBuffering || this.unsentBytes === 0 || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#watch();
    this.receiver.buffered();
  }

  /** What ws still does with the socket is its own affair. */
  closed(code: number, reason: string): void {
    this.#isBuffering = false;
    this.receiver.closed(code, reason);
  }

  /** Not `drain` of the TCP socket: that comes only if more than its high-water mark was buffered. */
  #watch(): void {
    if (this.#isBuffering) return;
    this.#isBuffering = true;
    const look = () => {
      if (!this.#isBuffering) return;
      if (this.unsentBytes > 0) return this.whenTaken(look);
      this.#isBuffering = false;
      this.receiver.drained();
    };
    this.whenTaken(look);
  }
}

// --- lifecycle

const connectionOf = (socket: WebSocket) => (socket as Socket).connection;

function onMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
  // Bytes as on every transport: what leans on Buffer's methods would work on this one alone.
  const message = isBinary ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data.toString();
  connectionOf(this).receiver.receive(message, data.length);
}

function onPong(this: WebSocket): void {
  connectionOf(this).receiver.ponged();
}

/** ws closes with this code, and its `close` may be as far away as its close timeout: for the session it is over. */
function onError(this: WebSocket, error: Error): void {
  this.off('close', onClose);
  connectionOf(this).closed(closeCodeOf(error), '');
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  connectionOf(this).closed(code, reason.toString());
}

// --- export

/** Sallyport on a server that you have: answers its upgrade requests and makes sessions of those let in. */
export function attach(
  server: Server | SecureServer,
  sessions: Sessions,
  options: AttachOptions = {},
): Attached {
  let admitted: Admitted | undefined;
  const library = new WebSocketServer({
    ...librarySettings(sessions.limits),
    WebSocket: Socket,
    // Asked within `handleUpgrade`, which is synchronous: it is about the request that was just admitted.
    handleProtocols: () => admitted?.protocol.subprotocol ?? false,
  });
  const onUpgrade = (request: IncomingMessage, tcp: Duplex, head: Buffer): void => {
    // By another listener, such as that of `serve`.
    if (tcp.destroyed) return;
    if (options.path !== undefined && pathOf(request) !== options.path) {
      leaveToOthers(server, onUpgrade, request, tcp);
      return;
    }
    admitted = admit(request, tcp, sessions);
    if (!admitted) return;
    const allowed = admitted;
    library.handleUpgrade(request, tcp, head, (socket) => {
      socket.connection = new WsConnection(socket, tcp, sessions, allowed);
      // At once: what comes before there is a listener is lost (`message`) or ends the process (`error`).
      socket.on('error', onError).on('close', onClose).on('message', onMessage).on('pong', onPong);
      socket.connection.receiver.opened();
    });
  };
  takesPath(onUpgrade, options.path);
  server.on('upgrade', onUpgrade);
  return { detach: () => void server.off('upgrade', onUpgrade) };
}
