/**
 * The result of the last attempt to connect: why it failed, or the close frame of the server.
 * Proven by: test/unreachable.test.ts, test/proxy.test.ts, test/ended.test.ts.
 */
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { type Cause, type DialContext, type Failure, failureOf } from './failure.ts';

/** The close frame of the server. */
export interface CloseFrame {
  /** The close code (RFC 6455, 7.4); 1006 without a close frame. */
  readonly code: number;
  /** The reason phrase; empty where there is none. */
  readonly text: string;
}

export class LastAttempt {
  /** Why there was no connection. */
  failure: Failure | undefined;
  /** What ended the connection. */
  closeFrame: CloseFrame | undefined;
  /** The proxy, and not the server, answered the upgrade request. */
  isProxysAnswer = false;
  readonly #around: DialContext;
  #socket: WebSocket | undefined;

  constructor(around: DialContext) {
    this.#around = around;
  }

  /** Call before the next attempt. Later events of an earlier socket, which may still be closing, are ignored. */
  forget(): void {
    this.#socket = undefined;
    this.failure = undefined;
    this.closeFrame = undefined;
    this.isProxysAnswer = false;
  }

  watch(socket: WebSocket): void {
    this.#socket = socket;
    const fail = (cause: Cause) => {
      if (this.#socket === socket) this.failure ??= failureOf(cause, this.#around);
    };
    let hasOpened = false;
    socket.once('open', () => {
      hasOpened = true;
    });
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      const { statusCode: status = 0, headers } = response;
      const by = this.isProxysAnswer ? 'proxy' : 'server';
      fail({ type: 'status', status, by, ...(headers.location && { location: headers.location }) });
      socket.terminate();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // An open connection reports the same by its close event.
      if (!hasOpened) fail({ type: 'error', code: error.code ?? '', message: error.message });
    });
    socket.once('close', (code, text) => {
      if (this.#socket === socket) this.closeFrame = { code, text: text.toString() };
    });
  }
}
