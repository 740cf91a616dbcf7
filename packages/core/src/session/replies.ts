/**
 * Replies of an asynchronous application, kept in the order of their messages. Bounded both ways: so many messages
 * are with the application at once, so many wait for it.
 *
 * A session has one of these only while a reply is owed; a synchronous application never makes one.
 */
import { byteLength, type Data } from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import type { Reply } from '../ports/application.ts';
import { isPromiseLike } from '../promise-like.ts';

/** The session, as its replies need it. */
export interface RepliesOwner {
  /** The time that replies are late by. */
  readonly now: number;
  /** Calls the application. */
  ask(message: Data): Reply | PromiseLike<Reply>;
  /** Sends a reply whose turn it is. */
  reply(reply: Reply): void;
  /** The application threw or rejected; nothing further is asked of this session's replies. */
  failed(error: unknown): void;
  /** The last reply that was owed has gone. */
  settled(isAwaited: boolean): void;
}

/** A message with the application, or a reply that stands behind one. */
interface PendingReply {
  reply: Reply;
  settled: boolean;
  readonly since: number;
}

export class Replies {
  readonly #owner: RepliesOwner;
  readonly #limits: Limits;
  readonly #pending: PendingReply[] = [];
  readonly #waiting: Data[] = [];
  #waitingBytes = 0;
  #discarded = false;
  /** Somebody waits for the last one to go. */
  isAwaited = false;

  constructor(owner: RepliesOwner, limits: Limits) {
    this.#owner = owner;
    this.#limits = limits;
  }

  /** When the application was handed what it has had for longest. */
  get oldest(): number {
    return this.#pending[0]?.since ?? Number.POSITIVE_INFINITY;
  }

  /** Takes a message, or lets it wait. False if too many wait. */
  deliver(message: Data): boolean {
    if (this.#pending.length < this.#limits.concurrentMessages) {
      this.#start(message);
      return true;
    }
    const { waitingMessages, waitingBytes } = this.#limits;
    const bytes = this.#waitingBytes + byteLength(message);
    if (this.#waiting.length >= waitingMessages || bytes > waitingBytes) return false;
    this.#waiting.push(message);
    this.#waitingBytes = bytes;
    return true;
  }

  /** Takes an answer that is still to come: what comes later stands behind it. */
  await(answer: PromiseLike<Reply>): void {
    const pending: PendingReply = { reply: undefined, settled: false, since: this.#owner.now };
    this.#pending.push(pending);
    answer.then(
      (reply) => {
        pending.reply = reply;
        pending.settled = true;
        this.#proceed();
      },
      (error) => this.#fail(error),
    );
  }

  /** The session is over: nothing that settles from here on is for anybody. */
  discard(): void {
    this.#discarded = true;
    this.#pending.length = 0;
    this.#waiting.length = 0;
  }

  #start(message: Data): void {
    try {
      const answer = this.#owner.ask(message);
      if (isPromiseLike(answer)) this.await(answer);
      else this.#pending.push({ reply: answer, settled: true, since: this.#owner.now });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Sends what has its turn and starts what waits, until something is still to come. */
  #proceed(): void {
    while (!this.#discarded) {
      const next = this.#pending[0];
      if (next?.settled) {
        this.#pending.shift();
        this.#owner.reply(next.reply);
      } else if (this.#waiting.length > 0 && this.#pending.length < this.#limits.concurrentMessages) {
        const message = this.#waiting.shift() as Data;
        this.#waitingBytes -= byteLength(message);
        this.#start(message);
      } else {
        if (!next) this.#owner.settled(this.isAwaited);
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
