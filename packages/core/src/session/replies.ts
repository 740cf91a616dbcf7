/**
 * Replies of an asynchronous application, in the order of their messages. Two limits apply: on the messages that the
 * application works on at once, and on the messages that wait for it.
 *
 * A session has this object only while a reply is pending. A synchronous application never needs one.
 * Proven by: test/session/talking.test.ts.
 */
import {
  byteLength,
  isJsonMessage,
  isRequestError,
  type Message,
  type RequestError,
} from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import type { Reply } from '../ports/application.ts';
import { isPromiseLike } from '../promise-like.ts';

/** What the replies need of their session. */
export interface RepliesOwner {
  /** The time of the sweep, in milliseconds. */
  readonly now: number;
  /** Calls the application. */
  callApplication(message: Message): Reply | PromiseLike<Reply>;
  /** Sends the next reply, or the error that takes its place. */
  reply(reply: Reply | RequestError): void;
  /** The application threw or rejected. No reply follows. */
  failed(error: unknown): void;
  /** No reply is pending any more. */
  settled(): void;
}

/** A message that the application works on, or a reply that waits for an earlier one. */
interface PendingReply {
  reply: Reply | RequestError;
  settled: boolean;
  readonly since: number;
}

export class Replies {
  readonly #owner: RepliesOwner;
  readonly #limits: Limits;
  readonly #pending: PendingReply[] = [];
  readonly #waiting: Message[] = [];
  #waitingBytes = 0;
  #discarded = false;

  constructor(owner: RepliesOwner, limits: Limits) {
    this.#owner = owner;
    this.#limits = limits;
  }

  /** When the application got the oldest unanswered message; `Infinity` if there is none. */
  get oldest(): number {
    return this.#pending[0]?.since ?? Number.POSITIVE_INFINITY;
  }

  /** Hands a message to the application, or queues it. Returns false if too many wait. */
  deliver(message: Message): boolean {
    if (this.#pending.length < this.#limits.concurrentMessages) {
      this.#start(message);
      return true;
    }
    const { waitingMessages, waitingBytes } = this.#limits;
    const bytes = this.#waitingBytes + bytesOf(message);
    if (this.#waiting.length >= waitingMessages || bytes > waitingBytes) return false;
    this.#waiting.push(message);
    this.#waitingBytes = bytes;
    return true;
  }

  /** Adds a pending answer. Later replies wait for it. */
  await(answer: PromiseLike<Reply>): void {
    const pending: PendingReply = { reply: undefined, settled: false, since: this.#owner.now };
    this.#pending.push(pending);
    const settle = (reply: Reply | RequestError) => {
      pending.reply = reply;
      pending.settled = true;
      this.#proceed();
    };
    answer.then(settle, (error) => (isRequestError(error) ? settle(error) : this.#fail(error)));
  }

  /** The session has ended: answers that settle later are ignored. */
  discard(): void {
    this.#discarded = true;
    this.#pending.length = 0;
    this.#waiting.length = 0;
  }

  #start(message: Message): void {
    try {
      const answer = this.#owner.callApplication(message);
      if (isPromiseLike(answer)) this.await(answer);
      else this.#answered(answer);
    } catch (error) {
      if (isRequestError(error)) this.#answered(error);
      else this.#fail(error);
    }
  }

  /** A reply that came at once. */
  #answered(reply: Reply | RequestError): void {
    this.#pending.push({ reply, settled: true, since: this.#owner.now });
  }

  /** Sends the replies that are due, and starts messages that wait, until the next reply is pending. */
  #proceed(): void {
    while (!this.#discarded) {
      const next = this.#pending[0];
      if (next?.settled) {
        this.#pending.shift();
        this.#owner.reply(next.reply);
      } else if (this.#waiting.length > 0 && this.#pending.length < this.#limits.concurrentMessages) {
        const message = this.#waiting.shift() as Message;
        this.#waitingBytes -= bytesOf(message);
        this.#start(message);
      } else {
        if (!next) this.#owner.settled();
        return;
      }
    }
  }

  #fail(error: unknown): void {
    if (this.#discarded) return;
    this.discard();
    this.#owner.failed(error);
  }
}

/** The bytes that a waiting message holds, about: those of its JSON text, for one with `data`. */
function bytesOf(message: Message): number {
  return byteLength(isJsonMessage(message) ? JSON.stringify(message.data) : message);
}
