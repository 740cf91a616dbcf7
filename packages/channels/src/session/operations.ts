/**
 * The operations of clients: what a client asks of a channel, from its request to its answer.
 *
 * Proven by: test/session/*.test.ts.
 */
import { type ChannelRequest, RequestError } from '@sallyport/core';
import { type ChannelOperation, channelError } from '@sallyport/protocol';
import type { Channel } from '../channel/channel.ts';
import type { ChannelLimits } from '../limits.ts';
import type { Namespace, Namespaces } from '../namespaces.ts';
import type { Permission } from '../ports/authorizer.ts';
import { Authorization } from './authorization.ts';
import type { SessionEnvironment } from './environment.ts';
import { hasEnded } from './permissions.ts';
import { PresenceWatch } from './presence-watch.ts';
import { Publisher } from './publisher.ts';
import { errorOf, Subscribing } from './subscribing.ts';
import type { Subscription } from './subscription.ts';
import type { Subscriptions } from './subscriptions.ts';
import { type ValidationEnvironment, validated } from './validation.ts';

type OperationOf<Type extends ChannelOperation['type']> = Extract<ChannelOperation, { type: Type }>;

/** What the operations need of their node. */
export interface OperationsEnvironment extends SessionEnvironment, ValidationEnvironment {
  readonly limits: ChannelLimits;
  /** The channel, if this node follows it. */
  channelIfFollowed(name: string): Channel | undefined;
  /** Ends a subscription, without a message. */
  leave(subscription: Subscription, isFinal: boolean): boolean;
}

export class Operations {
  readonly #environment: OperationsEnvironment;
  readonly #namespaces: Namespaces;

  constructor(environment: OperationsEnvironment, namespaces: Namespaces) {
    this.#environment = environment;
    this.#namespaces = namespaces;
  }

  serve(request: ChannelRequest, subscriptions: Subscriptions): void {
    const { operation } = request;
    const namespace = this.#namespaces.of(operation.channel);
    if (!namespace) {
      request.fail(channelError('channelNotFound'));
      return;
    }
    switch (operation.type) {
      case 'subscribe':
        this.#subscribe(operation, request, subscriptions);
        break;
      case 'unsubscribe':
        this.#unsubscribe(operation, request, subscriptions);
        break;
      case 'publish':
        this.#publish(operation, request, subscriptions, namespace);
        break;
      case 'presence':
        this.#presence(operation, request, subscriptions, namespace);
        break;
    }
  }

  /** Whether the session can subscribe to a further channel. */
  hasPlaceFor(subscriptions: Subscriptions, channel: string): boolean {
    return this.#hindrance(subscriptions, channel) === undefined;
  }

  #hindrance(
    subscriptions: Subscriptions,
    channel: string,
  ): 'alreadySubscribed' | 'tooManyChannels' | undefined {
    const pending = subscriptions.pendingOf(channel);
    if (subscriptions.get(channel) || pending?.stays()) return 'alreadySubscribed';
    return subscriptions.size >= this.#environment.limits.channels ? 'tooManyChannels' : undefined;
  }

  #subscribe(wish: OperationOf<'subscribe'>, request: ChannelRequest, subscriptions: Subscriptions): void {
    const { channel } = wish;
    const hindrance = this.#hindrance(subscriptions, channel);
    if (hindrance) {
      request.fail(channelError(hindrance));
      return;
    }
    const subscribing = new Subscribing(subscriptions, wish, this.#environment, {
      request,
      get isWanted() {
        return !request.signal.aborted;
      },
      subscribed: (place) => request.answer({ type: 'subscribed', channel, ...place }),
      failed: (error) => request.fail(error),
    });
    subscriptions.addPending(subscribing);
    subscribing.authorize();
  }

  #unsubscribe(
    { channel }: OperationOf<'unsubscribe'>,
    request: ChannelRequest,
    subscriptions: Subscriptions,
  ): void {
    const pending = subscriptions.pendingOf(channel);
    const subscription = subscriptions.get(channel);
    if (pending) pending.abandon(new RequestError('cancelled'));
    else if (subscription) this.#environment.leave(subscription, true);
    else {
      request.fail(channelError('notSubscribed'));
      return;
    }
    request.answer({ type: 'unsubscribed', channel });
  }

  #publish(
    { channel, data, key }: OperationOf<'publish'>,
    request: ChannelRequest,
    subscriptions: Subscriptions,
    namespace: Namespace,
  ): void {
    const { session } = subscriptions.subscriber;
    const json = namespace.publish
      ? validated(this.#environment, channel, data, session)
      : channelError('forbidden');
    if (typeof json !== 'string') {
      request.fail(json);
      return;
    }
    subscriptions.publisher ??= new Publisher(subscriptions, this.#environment);
    subscriptions.publisher.publish(request, { channel, namespace, json, key, session });
  }

  #presence(
    { channel }: OperationOf<'presence'>,
    request: ChannelRequest,
    subscriptions: Subscriptions,
    namespace: Namespace,
  ): void {
    if (!namespace.presence) {
      request.fail(channelError('forbidden'));
      return;
    }
    const { session } = subscriptions.subscriber;
    const { identity } = session;
    const { reauthorizations } = this.#environment;
    const question = { session, channel, action: 'presence', request } as const;
    const authorization = new Authorization(this.#environment, question, (authorized) => {
      if (typeof authorized === 'string') {
        request.fail(errorOf(authorized));
        return;
      }
      const answer = (): void => {
        const watch = this.#answerPresence(channel, request, subscriptions, authorized);
        // The verdict was for the identity of before, or by the rules of before.
        const isOutdated =
          session.identity !== identity || this.#environment.reauthorizations !== reauthorizations;
        if (isOutdated) watch?.renew();
      };
      const pending = subscriptions.pendingOf(channel);
      // A client that asks right behind its `subscribe` wants the changes too.
      if (pending?.stays()) pending.whenSettled(answer);
      else answer();
    });
    authorization.start();
    if (authorization.isSettled) return;
    request.signal.addEventListener('abort', () => {
      if (authorization.isSettled) return;
      authorization.abandon();
      request.fail(new RequestError('cancelled'));
    });
  }

  /** A client that has subscribed gets the changes too, from now on. */
  #answerPresence(
    channel: string,
    request: ChannelRequest,
    subscriptions: Subscriptions,
    permission: Permission,
  ): PresenceWatch | undefined {
    if (hasEnded(permission, this.#environment.clock)) {
      request.fail(channelError('forbidden'));
      return undefined;
    }
    const presence = this.#environment.channelIfFollowed(channel)?.present();
    const { count, users } = presence?.present ?? { count: 0, users: [] };
    const result = { type: 'presence', channel, count } as const;
    if (!request.answer(users ? { ...result, users } : result)) return undefined;
    const subscription = subscriptions.get(channel);
    if (!subscription || !presence) return undefined;
    const watch = new PresenceWatch(this.#environment, presence, subscription, permission);
    presence.watch(subscription, watch);
    return watch;
  }
}
