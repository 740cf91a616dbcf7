/**
 * The adapter for ws: translates between a WebSocket of ws and a session.
 *
 * It keeps no session state and decides nothing. The core admits and limits; the limits of ws lie just above those of the core.
 * Proven by: test/adapter.test.ts and the stories of conformance.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';
import {
  type Connection,
  checkKnownOptions,
  type Receiver,
  type RequestOptions,
  type SendResult,
  type Sessions,
} from '@sallyport/core';
import {
  type Admitted,
  type Requests,
  type SharedBatch,
  SharedSends,
  type SharedTarget,
} from '@sallyport/listen';
import type { Data } from '@sallyport/protocol';
import { WebSocket, WebSocketServer } from 'ws';
import { closeCodeOf } from './close-code.ts';
import { frameOf, joinedFrames } from './frame.ts';
import { admit, pathOf } from './handshake.ts';
import { JoinedFrames } from './joined-frames.ts';
import { librarySettings } from './library-settings.ts';
import { leaveToOthers, registerPath } from './other-paths.ts';

// --- types

/** Options of `attach`. `context` is required where the sessions have a type of context. */
export type AttachOptions<Context = unknown> = PathOptions & RequestOptions<Context>;

/** Where the WebSocket endpoint is. */
export interface PathOptions {
  /**
   * Path of the WebSocket endpoint, such as `/chat`. Default: every path. Requests for other paths are left to the server's other
   * `upgrade` listeners, which must answer or close them. If all listeners come from `attach`, those requests get 404.
   */
  readonly path?: string | undefined;
}

/** What `attach` returns. */
export interface Attached {
  /** Stops taking upgrade requests. Open sessions continue. */
  detach(): void;
}

/**
 * ws makes its sockets of this class.
 *
 * It calls `close` and `pong` also for frames of its own: the answers to a close frame and to a ping. They write to the stream at once,
 * so the messages before them must be there. Proven by: test/control-frames.test.ts.
 */
class Socket extends WebSocket {
  /** Undefined after the end of the session, even where ws still waits for its socket to close. */
  declare connection: WsConnection | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    this.connection?.flushAll();
    super.close(code, reason);
  }

  override ping(...given: Parameters<WebSocket['ping']>): void {
    this.connection?.flushAll();
    super.ping(...given);
  }

  override pong(...given: Parameters<WebSocket['pong']>): void {
    this.connection?.flushAll();
    super.pong(...given);
  }

  /** In place of listeners: four of them cost each sign-in time and memory, and only this adapter has the socket. */
  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const { connection } = this;
    if (!connection) return false;
    switch (event) {
      case 'message':
        connection.received(first as Buffer, second as boolean);
        return true;
      case 'pong':
        connection.receiver.ponged();
        return true;
      case 'error':
        // ws closes with this code, but emits `close` only after its close timeout. The session ends now.
        this.connection = undefined;
        connection.closed(closeCodeOf(first as Error), '');
        return true;
      case 'close':
        this.connection = undefined;
        connection.closed(first as number, (second as Buffer).toString());
        return true;
      default:
        return false;
    }
  }
}

/** Data for many connections is framed once, and the frames of a tick are joined once. */
const shared = new SharedSends<Buffer, Buffer>({
  encode: frameOf,
  bytesOf: (frame) => frame.length,
  join: joinedFrames,
});

// --- port

class WsConnection extends JoinedFrames implements Connection, SharedTarget<Buffer, Buffer> {
  readonly #socket: WebSocket;
  readonly receiver: Receiver;
  waiting: SharedBatch<Buffer, Buffer> | undefined = undefined;
  /** Some bytes are unsent, and the session knows it. */
  #isBuffering = false;

  constructor(socket: WebSocket, tcp: Duplex, sessions: Sessions, { peer, protocol, credentials }: Admitted) {
    super(tcp);
    this.#socket = socket;
    this.receiver = sessions.open(this, peer, protocol, credentials);
  }

  send(data: Data): SendResult {
    // The peer's close frame has arrived, and `close` follows. `dropped` would report a peer that closed correctly as slow.
    if (this.#socket.readyState !== WebSocket.OPEN) return 'sent';
    if (this.waiting) shared.flush(this);
    this.write(data);
    return this.#sent();
  }

  sendShared(data: Data): SendResult {
    if (this.#socket.readyState !== WebSocket.OPEN) return 'sent';
    shared.add(this, data);
    return this.#sent();
  }

  sendJoined(frames: Buffer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.writeJoined(frames);
  }

  /** Hands everything that waits to the stream. The frames that other connections get too are the later ones. */
  flushAll(): void {
    this.flush();
    shared.flush(this);
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

  /** Bytes that were held and reported as sent may be unsent after all. */
  protected override passed(bytes: number): void {
    this.receiver.sent(bytes);
  }

  protected override released(): void {
    if (this.#isBuffering || this.unsentBytes === 0 || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#watch();
    this.receiver.buffered();
  }

  received(data: Buffer, isBinary: boolean): void {
    // A plain Uint8Array as on every transport: code that uses Buffer's methods would work on ws only.
    const message = isBinary ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data.toString();
    this.receiver.receive(message, data.length);
  }

  closed(code: number, reason: string): void {
    this.#isBuffering = false;
    shared.forget(this);
    this.receiver.closed(code, reason);
  }

  #sent(): SendResult {
    if (this.unsentBytes === 0) return 'sent';
    this.#watch();
    return 'buffered';
  }

  /** The TCP socket emits `drain` only if more than its high-water mark was buffered, so this does not use it. */
  #watch(): void {
    if (this.#isBuffering) return;
    this.#isBuffering = true;
    const check = () => {
      if (!this.#isBuffering) return;
      if (this.unsentBytes > 0) return this.onceWritten(check);
      this.#isBuffering = false;
      this.receiver.drained();
    };
    this.onceWritten(check);
  }
}

// --- export

/**
 * Adds Sallyport to a server of yours: takes its upgrade requests, and opens a session for each one that the core admits. Throws
 * a `UsageError` that names the first wrong option.
 */
export function attach<Context>(
  server: Server | SecureServer,
  sessions: Sessions<Context>,
  ...[given]: unknown extends Context ? [options?: AttachOptions<Context>] : [options: AttachOptions<Context>]
): Attached {
  const options = (given ?? {}) as AttachOptions;
  checkKnownOptions('attach', options, ['path', 'context', 'credentials']);
  return attachCounted(server, sessions as Sessions, options, undefined);
}

/** `attach` for the serve form, where refused upgrade requests count as plain requests. */
export function attachCounted(
  server: Server | SecureServer,
  sessions: Sessions,
  options: AttachOptions,
  requests: Requests | undefined,
): Attached {
  let admitted: Admitted | undefined;
  const reader = sessions.requestReader(options, server instanceof TlsServer);
  const library = new WebSocketServer({
    ...librarySettings(sessions.limits),
    WebSocket: Socket,
    // `handleUpgrade` calls this synchronously, so it concerns the request that was just admitted.
    handleProtocols: () => admitted?.protocol.subprotocol ?? false,
  });
  const onUpgrade = (request: IncomingMessage, tcp: Duplex, head: Buffer): void => {
    // Another listener, such as that of `serve`, has terminated it.
    if (tcp.destroyed) return;
    if (options.path !== undefined && pathOf(request) !== options.path) {
      leaveToOthers(server, onUpgrade, request, tcp);
      return;
    }
    admitted = admit(request, tcp, sessions, reader, requests);
    if (!admitted) return;
    const allowed = admitted;
    library.handleUpgrade(request, tcp, head, (socket) => {
      // It may have credentials, which must not stay here until the next request.
      admitted = undefined;
      socket.connection = new WsConnection(socket, tcp, sessions, allowed);
      socket.connection.receiver.opened();
    });
    admitted = undefined;
  };
  registerPath(onUpgrade, options.path);
  server.on('upgrade', onUpgrade);
  return { detach: () => void server.off('upgrade', onUpgrade) };
}
