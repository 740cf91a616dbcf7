/**
 * The publications of one session: they are authorized and appended one behind the other, so they keep their order.
 *
 * After a publication that may or may not have been appended, those that wait for the same channel are answered `unknown` too: if they went
 * on, a retry of the first would come behind them. A session has this object only while a publication is under way. Their number is
 * bounded by the limit `requests` of the sessions. Proven by: test/session/publishing.test.ts.
 */
import { type ChannelRequest, RequestError, type Subscriber } from '@sallyport/core';
import { channelError } from '@sallyport/protocol';
import type { AppendOutcome } from '../broker/broker.ts';
import { Authorization, type Authorized } from './authorization.ts';
import type { Publishable, SessionEnvironment } from './environment.ts';
import { errorOf } from './subscribing.ts';

interface Publishing {
  readonly request: ChannelRequest;
  readonly publication: Publishable;
}

/** What the publisher needs of its session. */
export interface PublisherOwner {
  readonly subscriber: Subscriber;
  publisher: Publisher | undefined;
}

export class Publisher {
  readonly #owner: PublisherOwner;
  readonly #environment: SessionEnvironment;
  /** The first one is under way. */
  readonly #queue: Publishing[] = [];
  #authorization: Authorization | undefined;

  constructor(owner: PublisherOwner, environment: SessionEnvironment) {
    this.#owner = owner;
    this.#environment = environment;
  }

  publish(request: ChannelRequest, publication: Publishable): void {
    this.#queue.push({ request, publication });
    if (this.#queue.length === 1) this.#proceed(false);
  }

  /** The session has ended. What is with the broker goes on there; the rest is not appended. */
  abandon(): void {
    this.#authorization?.abandon();
    for (const { request } of this.#queue.splice(0)) request.fail(new RequestError('cancelled'));
  }

  /** `hasWaited`: the client may have taken it back. Asked only then, because a signal is expensive. */
  #proceed(hasWaited: boolean): void {
    const next = this.#queue[0];
    if (!next) {
      if (this.#owner.publisher === this) this.#owner.publisher = undefined;
      return;
    }
    const { session } = this.#owner.subscriber;
    const { request, publication } = next;
    const question = { session, channel: publication.channel, action: 'publish', request } as const;
    let mayBeUnwanted = hasWaited;
    this.#authorization = new Authorization(this.#environment, question, (authorized) =>
      this.#publishAs(authorized, next, mayBeUnwanted),
    );
    this.#authorization.start();
    mayBeUnwanted = true;
  }

  #publishAs(authorized: Authorized, publishing: Publishing, mayBeUnwanted: boolean): void {
    if (typeof authorized === 'string')
      this.#conclude(publishing, () => publishing.request.fail(errorOf(authorized)));
    // A client that has taken it back must be able to rely on that.
    else if (mayBeUnwanted && publishing.request.signal.aborted)
      this.#conclude(publishing, () => publishing.request.fail(new RequestError('cancelled')));
    else
      void this.#environment
        .append(publishing.publication)
        .then((outcome) => this.#conclude(publishing, () => this.#answer(publishing, outcome)));
  }

  #answer({ request, publication: { channel } }: Publishing, outcome: AppendOutcome): void {
    if (outcome.type === 'appended')
      request.answer({ type: 'published', channel, position: outcome.position });
    else if (outcome.type === 'unavailable') request.fail(new RequestError('unavailable'));
    else {
      request.fail(channelError('unknown'));
      this.#doubt(channel);
    }
  }

  #doubt(channel: string): void {
    const waiting = this.#queue.splice(1);
    for (const one of waiting)
      if (one.publication.channel === channel) one.request.fail(channelError('unknown'));
      else this.#queue.push(one);
  }

  #conclude(publishing: Publishing, answer: () => void): void {
    answer();
    // The session may have ended meanwhile, and the queue with it.
    if (this.#queue[0] !== publishing) return;
    this.#queue.shift();
    this.#proceed(true);
  }
}
