/** The errors that a program can meet. What a server or a network does is never thrown: it is a state. */
import type { EndReason } from './facts.ts';

/** From `send`: the message was not taken. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
  /** `queueFull` only where there is a queue; `over`: signed out, closing or closed. */
  readonly code: 'notReady' | 'queueFull' | 'over';

  constructor(code: NotSentError['code'], state: string) {
    const what = {
      notReady: `the session is not ready (${state}): await session.ready, or give connect() a queue`,
      queueFull: `the session is not ready (${state}), and its queue is full`,
      over: `the session is ${state}`,
    };
    super(`Not sent: ${what[code]}`);
    this.code = code;
  }
}

/** What `ready` rejects with: there will be no sign-in, unless the program resumes. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  readonly reason: EndReason;

  constructor(reason: EndReason) {
    super(`The session will not be ready: ${reason}`);
    this.reason = reason;
  }
}
