/**
 * Connections as the options ask for them: the class of WebSockets that the client package is given.
 *
 * One connection is made before anybody is asked for a password, so that a wrong address shows first; the session then
 * takes it over, if it is still open.
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

export interface DialOptions {
  readonly url: URL;
  readonly subprotocol: string | undefined;
  readonly headers: Headers;
  readonly origin: string | undefined;
  readonly tls: { readonly ca?: readonly string[]; readonly rejectUnauthorized?: boolean };
  readonly proxy: URL | undefined;
  readonly pingMs: number | undefined;
}

/** From dialling to the answer to the upgrade; as long as the client package waits. */
const HANDSHAKE_MS = 15_000;
/** For the server's half of the close handshake; as long as the client package waits. `ws` knows it, its types do not. */
const timeouts = { handshakeTimeout: HANDSHAKE_MS, closeTimeout: 3_000 };

export class Dialer {
  readonly WebSocket: SocketClass;
  readonly #options: DialOptions;
  readonly #agent: Agent | undefined;
  readonly #last: LastAttempt;
  readonly #sockets = new Set<WebSocket>();
  #frameListener: FrameListener | undefined;
  #early: WebSocket | undefined;
  #isLeaving = false;

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

  /** Of the last attempt, if it failed. */
  get failure(): Failure | undefined {
    return this.#last.failure;
  }

  /** What the last close frame of the server said. */
  get closeFrame(): CloseFrame | undefined {
    return this.#last.closeFrame;
  }

  set onFrame(tell: FrameListener) {
    this.#frameListener = tell;
  }

  /** Resolves when there is a connection; to `false` if there is none, and `failure` says why. */
  async dialEarly(): Promise<boolean> {
    const { subprotocol } = this.#options;
    const socket = this.#dial(subprotocol === undefined ? [] : [subprotocol]);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('open', () => resolve(true)).once('close', () => resolve(false));
    });
    if (isOpen) this.#early = socket;
    return isOpen;
  }

  /** From now on a close is the user's: its frame says so. */
  exit(): void {
    this.#isLeaving = true;
    // Else the server's close frame would not be read.
    this.isReading = true;
    this.#early?.close(reasons.clientLeft.code, USER_EXIT);
  }

  /** Cuts what there is. */
  terminate(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Resolves when nothing is left that would keep the process: what was closed has been, or was cut. */
  async settled(): Promise<void> {
    const closed = [...this.#sockets].map((socket) => {
      if (socket.readyState < WebSocket.CLOSING) socket.terminate();
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await Promise.all(closed);
  }

  /** Bytes that were sent and have not left yet. */
  get unsentBytes(): number {
    let bytes = 0;
    for (const socket of this.#sockets) bytes += socket.bufferedAmount;
    return bytes;
  }

  /** Whether to read on: a WebSocket cannot ask its server to wait, but TCP can. */
  set isReading(isReading: boolean) {
    for (const socket of this.#sockets)
      if (isReading) socket.resume();
      else socket.pause();
  }

  #reuseEarlySocket(): WebSocket | undefined {
    const socket = this.#early;
    this.#early = undefined;
    if (socket?.readyState !== WebSocket.OPEN) return undefined;
    // It has told of that already, when nobody of the session was there to listen.
    queueMicrotask(() => socket.emit('open'));
    return socket;
  }

  #dial(protocols: string[]): WebSocket {
    const { url, headers, origin, tls, pingMs } = this.#options;
    this.#last.forget();
    const socket = new WebSocket(url, protocols, {
      headers: Object.fromEntries(headers.values()),
      // It goes through as the bytes that are shown.
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
    const close = socket.close.bind(socket);
    socket.close = (code, text) =>
      close(code, this.#isLeaving && text === reasons.clientLeft.text ? USER_EXIT : text);
  }
}
