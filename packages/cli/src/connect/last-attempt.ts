/**
 * What became of the last attempt to connect: why there was no connection, or what the server's close frame said. Kept for
 * whoever has to say it. Proven by: test/unreachable.test.ts, test/proxy.test.ts, test/ended.test.ts.
 */
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { type Cause, type DialContext, type Failure, failureOf } from './failure.ts';

export interface CloseFrame {
  readonly code: number;
  readonly text: string;
}

export class LastAttempt {
  failure: Failure | undefined;
  closeFrame: CloseFrame | undefined;
  /** Whether it was the proxy that answered the upgrade. */
  isProxysAnswer = false;
  readonly #around: DialContext;
  #socket: WebSocket | undefined;

  constructor(around: DialContext) {
    this.#around = around;
  }

  /** Before the next: one that was let go of may still be closing. */
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
      // Of an open connection the close says as much.
      if (!hasOpened) fail({ type: 'error', code: error.code ?? '', message: error.message });
    });
    socket.once('close', (code, text) => {
      if (this.#socket === socket) this.closeFrame = { code, text: text.toString() };
    });
  }
}
