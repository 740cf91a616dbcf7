/**
 * Makes connections by the options. It provides the WebSocket class for the client package.
 *
 * The first connection opens before the program asks for a password, so that the user learns of a wrong address first. The
 * session then uses this connection, if it is still open.
 * Proven by: test/unreachable.test.ts, test/upgrade.test.ts, test/tls.test.ts, test/proxy.test.ts.
 */
import type { Agent } from 'node:http';
import type { SocketClass } from '@sallyport/client';
import { reasons } from '@sallyport/protocol';
import { WebSocket } from 'ws';
import { USER_EXIT } from './ending.ts';
import type { Failure } from './failure.ts';
import type { Headers } from './headers.ts';
import { pingPeriodically } from './heartbeat.ts';
import { type CloseFrame, LastAttempt } from './last-attempt.ts';
import { type FrameListener, observeFrames } from './observe-frames.ts';

/** How to connect. */
export interface DialOptions {
  readonly url: URL;
  /** The value of Sec-WebSocket-Protocol; `undefined`: the text protocol. */
  readonly subprotocol: string | undefined;
  /** Extra headers of the upgrade request. */
  readonly headers: Headers;
  /** The Origin header; `undefined`: none. */
  readonly origin: string | undefined;
  /** TLS options of Node. */
  readonly tls: { readonly ca?: readonly string[]; readonly rejectUnauthorized?: boolean };
  /** The HTTP proxy; `undefined`: connect directly. */
  readonly proxy: URL | undefined;
  /** Milliseconds between pings; `undefined`: send none. */
  readonly pingMs: number | undefined;
}

/** Milliseconds for TCP, TLS and the upgrade; the client package waits as long. */
const HANDSHAKE_MS = 15_000;
/** `closeTimeout`: milliseconds for the server's close frame; the client package waits as long. The types of `ws` lack it. */
const timeouts = { handshakeTimeout: HANDSHAKE_MS, closeTimeout: 3_000 };

export class Dialer {
  /** The WebSocket class for `connect` of the client package. */
  readonly WebSocket: SocketClass;
  readonly #options: DialOptions;
  readonly #agent: Agent | undefined;
  readonly #last: LastAttempt;
  readonly #sockets = new Set<WebSocket>();
  #frameListener: FrameListener | undefined;
  #early: WebSocket | undefined;
  #isLeaving = false;
  #largestSentBytes = 0;

  constructor(options: DialOptions, makeAgent?: (refused: () => void) => Agent) {
    const { url, proxy, origin } = options;
    this.#options = options;
    this.#last = new LastAttempt({ url, hasOrigin: origin !== undefined, ...(proxy && { proxy }) });
    this.#agent = makeAgent?.(() => {
      this.#last.isProxysAnswer = true;
    });
    const open = (protocols: string[]) => this.#reuseEarlySocket() ?? this.#dial(protocols);
    this.WebSocket = function Dialled(_url: string, protocols: string[]) {
      return open(protocols);
    } as unknown as SocketClass;
  }

  /** Why the last attempt failed, if it did. */
  get failure(): Failure | undefined {
    return this.#last.failure;
  }

  /** The last close frame of the server. */
  get closeFrame(): CloseFrame | undefined {
    return this.#last.closeFrame;
  }

  /** Bytes of the largest message that was sent on the last connection. */
  get largestSentBytes(): number {
    return this.#largestSentBytes;
  }

  /** Reports the frames of all later connections. */
  set onFrame(listener: FrameListener) {
    this.#frameListener = listener;
  }

  /**
   * Opens the first connection. Resolves to `false` if that fails; `failure` then says why. `isPaused`: reads nothing before a session
   * uses it, because the server may speak first.
   */
  async dialEarly(isPaused = false): Promise<boolean> {
    const { subprotocol } = this.#options;
    const socket = this.#dial(subprotocol === undefined ? [] : [subprotocol]);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('close', () => resolve(false));
      socket.once('open', () => {
        if (isPaused) socket.pause();
        resolve(true);
      });
    });
    if (isOpen) this.#early = socket;
    return isOpen;
  }

  /** The user exits: from now on close frames carry the reason `user exit`. */
  exit(): void {
    this.#isLeaving = true;
    // A paused socket would not read the server's close frame.
    this.isReading = true;
    this.#early?.close(reasons.clientLeft.code, USER_EXIT);
  }

  /** Terminates all connections without a close frame. */
  terminate(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Resolves when all sockets have closed. Sockets that are not closing are terminated. */
  async settled(): Promise<void> {
    const closed = [...this.#sockets].map((socket) => {
      if (socket.readyState < WebSocket.CLOSING) socket.terminate();
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await Promise.all(closed);
  }

  /** Bytes in the send buffers of all sockets. */
  get unsentBytes(): number {
    let bytes = 0;
    for (const socket of this.#sockets) bytes += socket.bufferedAmount;
    return bytes;
  }

  /** Pauses or resumes reading. TCP then slows the server down; WebSocket itself has no flow control. */
  set isReading(isReading: boolean) {
    for (const socket of this.#sockets)
      if (isReading) socket.resume();
      else socket.pause();
  }

  #reuseEarlySocket(): WebSocket | undefined {
    const socket = this.#early;
    this.#early = undefined;
    if (socket?.readyState !== WebSocket.OPEN) return undefined;
    // The socket emitted `open` before the session could listen.
    queueMicrotask(() => {
      socket.emit('open');
      socket.resume();
    });
    return socket;
  }

  #dial(protocols: string[]): WebSocket {
    const { url, headers, origin, tls, pingMs } = this.#options;
    this.#last.forget();
    this.#largestSentBytes = 0;
    const socket = new WebSocket(url, protocols, {
      headers: Object.fromEntries(headers.values()),
      // `--frames` shows the bytes as they are, so compression stays off.
      perMessageDeflate: false,
      ...timeouts,
      ...tls,
      ...(tls.ca && { ca: [...tls.ca] }),
      ...(origin !== undefined && { origin }),
      ...(this.#agent && { agent: this.#agent }),
    });
    this.#watch(socket);
    if (pingMs !== undefined) pingPeriodically(socket, pingMs);
    if (this.#frameListener) observeFrames(socket, this.#frameListener);
    return socket;
  }

  #watch(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#last.watch(socket);
    const send = socket.send.bind(socket) as (data: string | Uint8Array) => void;
    socket.send = (data: string | Uint8Array) => {
      this.#largestSentBytes = Math.max(this.#largestSentBytes, Buffer.byteLength(data));
      send(data);
    };
    const close = socket.close.bind(socket);
    socket.close = (code, text) =>
      close(code, this.#isLeaving && text === reasons.clientLeft.text ? USER_EXIT : text);
  }
}
