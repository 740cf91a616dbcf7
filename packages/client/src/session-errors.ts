/** The errors that a program can meet. What a server or a network does is never thrown: it is a state. */
import type { EndReason } from './facts.ts';

/** Thrown by `send`: the session did not take the message. */
export class NotSentError extends Error {
  /** Always `NotSentError`. */
  override readonly name = 'NotSentError';
  /**
   * `notReady`: the session is not ready and has no queue. `queueFull`: the queue is full. `bufferFull`: the socket holds
   * `bufferedBytes` or more that the network has not taken. `ended`: the session is signed out, closing or closed.
   */
  readonly code: 'notReady' | 'queueFull' | 'bufferFull' | 'ended';

  constructor(code: NotSentError['code'], state: string) {
    const what = {
      notReady: `the session is not ready (${state}): await session.ready, or give connect() a queue`,
      queueFull: `the session is not ready (${state}), and its queue is full`,
      bufferFull: 'the network is slower than the program: wait until session.bufferedAmount is lower',
      ended: `the session is ${state}`,
    };
    super(`Not sent: ${what[code]}`);
    this.code = code;
  }
}

/**
 * Rejects a request whose connection closed before the answer came. Whether the server has run the request is unknown, so the client
 * sends only idempotent requests again.
 */
export class RequestLostError extends Error {
  /** Always `RequestLostError`. */
  override readonly name = 'RequestLostError';
  /** Why the connection closed. */
  readonly reason: EndReason;

  constructor(method: string, reason: EndReason) {
    super(
      `The connection closed (${reason}) before ${method} was answered: the server may have run it or not`,
    );
    this.reason = reason;
  }
}

/** The reason of a rejected `session.ready`: the session does not sign in unless the program resumes it. */
export class NotReadyError extends Error {
  /** Always `NotReadyError`. */
  override readonly name = 'NotReadyError';
  /** Why the session does not sign in. */
  readonly reason: EndReason;

  constructor(reason: EndReason) {
    super(`The session will not be ready: ${reason}`);
    this.reason = reason;
  }
}
