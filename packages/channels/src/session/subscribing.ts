/**
 * A subscription on its way: it asks the authorizer, and then waits in the channel for its place.
 *
 * The client may take it back at any time, and the session may end. Then nothing comes of it.
 * Proven by: test/session/subscribing.test.ts, test/session/authorization.test.ts.
 */
import { RequestError } from '@sallyport/core';
import { channelError, type Position } from '@sallyport/protocol';
import type { Joiner, Place } from '../channel/joiner.ts';
import type { Permission } from '../ports/authorizer.ts';
import { Authorization, type Authorized } from './authorization.ts';
import type { SessionEnvironment } from './environment.ts';
import { hasEnded } from './permissions.ts';
import { Subscription, type SubscriptionOwner } from './subscription.ts';

/** What a client, or code of the server, wants. */
export interface Wish {
  readonly channel: string;
  readonly since?: Position;
  readonly history?: number;
}

/** What asked for it: a request of the client, or code of the server. */
export interface SubscribeReply {
  /** The request of the client. Absent where code of the server asked. */
  readonly request?: { readonly signal: AbortSignal };
  /** Whether the answer is still wanted. Asked only after a while, because a signal is expensive. */
  readonly isWanted: boolean;
  /** Answers now. Returns false if the answer is not wanted any more. */
  subscribed(place: Place): boolean;
  /** Answers with an error. */
  failed(error: RequestError): void;
}

/** What a subscription on its way needs of the subscriptions of its session. */
export interface SubscribingOwner extends SubscriptionOwner {
  add(subscription: Subscription): void;
  deletePending(subscribing: Subscribing): void;
}

export class Subscribing implements Joiner {
  readonly channel: string;
  inquiries = 0;
  since: Position | undefined;
  history: number;
  readonly #owner: SubscribingOwner;
  readonly #environment: SessionEnvironment;
  readonly #reply: SubscribeReply;
  #authorization: Authorization | undefined;
  #subscription: Subscription | undefined;
  /** Whether the identity was refreshed after the authorizer had been asked. */
  #isOutdated = false;
  /** The node's count when the authorizer was asked, or when code of the server decided. */
  #reauthorizations: number;
  #isSettled = false;
  /** What waits until the client has its answer. */
  #next: (() => void)[] | undefined;

  constructor(owner: SubscribingOwner, wish: Wish, environment: SessionEnvironment, reply: SubscribeReply) {
    this.channel = wish.channel;
    this.since = wish.since;
    this.history = wish.since ? 0 : (wish.history ?? 0);
    this.#owner = owner;
    this.#environment = environment;
    this.#reauthorizations = environment.reauthorizations;
    this.#reply = reply;
  }

  // --- For the session.

  /** Asks the authorizer. */
  authorize(): void {
    this.#reauthorizations = this.#environment.reauthorizations;
    this.#ask('subscribe', (authorized) => this.#subscribeAs(authorized));
  }

  /** The identity was refreshed: asks again. A place that is under way is taken first, and then asked for again. */
  refreshed(): void {
    if (this.#isSettled) return;
    if (this.#subscription) this.#isOutdated = true;
    else this.authorize();
  }

  /** Takes the place without the authorizer: code of the server decides. */
  join(permission: Permission): void {
    if (this.#hasLapsed(permission)) return;
    const channel = this.#environment.channelNamed(this.channel);
    if (!channel) {
      this.refused();
      return;
    }
    this.#subscription = new Subscription(this.#owner, channel, permission);
    channel.join(this);
  }

  /** Gives way if the client has taken it back. Returns whether it stays. */
  stays(): boolean {
    if (!this.#isSettled && !this.#reply.isWanted) this.abandon(undefined);
    return !this.#isSettled;
  }

  /** Calls `next` once the client has its answer, whether the subscription has its place then or not. */
  whenSettled(next: () => void): void {
    this.#next ??= [];
    this.#next.push(next);
  }

  /** The client takes it back, or the session ends. */
  abandon(error: RequestError | undefined): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#authorization?.abandon();
    this.#reply.failed(error ?? new RequestError('cancelled'));
    this.#proceed();
  }

  // --- For the channel.

  get member(): Subscription {
    return this.#subscription as Subscription;
  }

  /** A permission that has ended meanwhile opens nothing: the client is answered, and no place is taken. */
  get isWanted(): boolean {
    return !this.#isSettled && !this.#hasLapsed(this.member.permission);
  }

  admitted(place: Place): boolean {
    if (this.#isSettled) return false;
    const isWanted = this.#reply.subscribed(place);
    // The answer may have ended the session, which has then abandoned it.
    if (this.#isSettled) return false;
    this.#settle();
    if (isWanted) this.#begin(place);
    this.#proceed();
    return isWanted;
  }

  refused(): void {
    this.#fail(new RequestError('unavailable'));
  }

  #begin(place: Place): void {
    const subscription = this.member;
    this.#owner.add(subscription);
    this.#environment.subscribed(subscription, this.since && place.recovered);
    if (this.#isOutdated || this.#reauthorizations !== this.#environment.reauthorizations)
      this.#environment.renew(subscription);
  }

  #subscribeAs(authorized: Authorized): void {
    if (typeof authorized === 'string') this.#fail(errorOf(authorized));
    else if (this.since || this.history > 0)
      this.#ask('recover', (recovering) => this.#recoverAs(authorized, recovering));
    else this.join(authorized);
  }

  /** A client that must not recover only subscribes. */
  #recoverAs(permission: Permission, recovering: Authorized): void {
    if (recovering === 'forbidden') {
      this.since = undefined;
      this.history = 0;
    }
    if (typeof recovering === 'string' && recovering !== 'forbidden') this.#fail(errorOf(recovering));
    else this.join(permission);
  }

  /** Whether the permission has ended on the way. Then it answers the client, which asks again after a refresh. */
  #hasLapsed(permission: Permission): boolean {
    if (!hasEnded(permission, this.#environment.clock)) return false;
    this.#fail(this.#isOutdated ? new RequestError('unavailable') : channelError('forbidden'));
    return true;
  }

  #ask(action: 'subscribe' | 'recover', settle: (authorized: Authorized) => void): void {
    this.#authorization?.abandon();
    const { session } = this.#owner.subscriber;
    const { request } = this.#reply;
    const question = { session, channel: this.channel, action, since: this.since, request };
    this.#authorization = new Authorization(this.#environment, question, settle);
    this.#authorization.start();
  }

  #fail(error: RequestError): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#reply.failed(error);
    this.#proceed();
  }

  #proceed(): void {
    for (const next of this.#next ?? []) next();
  }

  #settle(): void {
    this.#isSettled = true;
    this.#owner.deletePending(this);
  }
}

/** The error of a question that was not answered with a permission. */
export function errorOf(code: Exclude<Authorized, Permission>): RequestError {
  return code === 'forbidden' ? channelError('forbidden') : new RequestError(code);
}
