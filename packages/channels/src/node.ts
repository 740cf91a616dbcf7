/**
 * One node: its sessions on one side, its channels on the other.
 *
 * Operations of clients are in `session/operations.ts`, what holds for one subscription in `session/`, and what holds for one channel in
 * `channel/`. `publications.ts` appends what clients and the server publish, and `reports.ts` tells observers and reports faults. Proven by: test/channels.test.ts.
 */
import {
  type ChannelRequest,
  type Clock,
  type RevocationOutcome,
  type Session,
  type Subscriber,
  subscriberOf,
} from '@sallyport/core';
import { channelError, type Position, type UnsubscribeReason } from '@sallyport/protocol';
import type { AppendOutcome, Broker } from './broker/broker.ts';
import { createMemoryBroker } from './broker/memory/memory-logs.ts';
import type { Channel } from './channel/channel.ts';
import type { OwnedChannel } from './channel/environment.ts';
import type { Member } from './channel/joiner.ts';
import type {
  ChannelSubscriber,
  Channels,
  FollowedChannel,
  PublishOptions,
  PublishOutcome,
} from './channels.ts';
import { checkedChannel, checkedPublication, checkedUserMessage } from './check-arguments.ts';
import { BrokerReports } from './control/broker-reports.ts';
import { Control, type ControlOwner } from './control/control.ts';
import { type ControlLog, MESSAGES, REVOCATIONS, SIGN_INS } from './control/control-logs.ts';
import type { PublishToOutcome, UserMessage } from './control/user-messages.ts';
import { type ChannelLimits, resolveChannelLimits } from './limits.ts';
import type { StateName } from './machine/machine.ts';
import { type Namespace, Namespaces } from './namespaces.ts';
import type { ChannelsOptions, PublicationValidator } from './options.ts';
import { type Authorizer, allow, type Permission } from './ports/authorizer.ts';
import { type ChannelCounters, type ChannelFaultSource, noCounts } from './ports/observer.ts';
import type { Present } from './presence/presence.ts';
import { Publications } from './publications.ts';
import { Registry, type RegistryOwner } from './registry.ts';
import { Reports } from './reports.ts';
import type { Publishable, SessionEnvironment } from './session/environment.ts';
import { Operations } from './session/operations.ts';
import { Permissions } from './session/permissions.ts';
import { renew } from './session/renewal.ts';
import { Subscribing } from './session/subscribing.ts';
import type { Subscription } from './session/subscription.ts';
import { Subscriptions } from './session/subscriptions.ts';

/** The names of the logs for observers. */
const lostLogs = {
  [REVOCATIONS]: 'revocations',
  [SIGN_INS]: 'signIns',
  [MESSAGES]: 'messages',
} as const satisfies Record<ControlLog, string>;

export class Node implements Channels, SessionEnvironment, RegistryOwner, ControlOwner {
  readonly authorize: Authorizer;
  readonly broker: Broker;
  readonly clock: Clock;
  readonly validatePublication: PublicationValidator | undefined;
  readonly limits: ChannelLimits;
  readonly counters: ChannelCounters = noCounts();
  reauthorizations = 0;
  readonly reports: Reports;
  readonly #random: () => number;
  readonly #namespaces: Namespaces;
  readonly #registry: Registry;
  readonly #publications: Publications;
  readonly #permissions: Permissions;
  readonly #operations: Operations;
  readonly control: Control;

  constructor(options: ChannelsOptions) {
    const { authorize, clock, random, observe, onFault, limits = {}, namespaces } = options;
    this.authorize = authorize;
    this.clock = clock;
    this.validatePublication = options.validatePublication;
    this.#random = random;
    this.reports = new Reports({ observe, onFault, counters: this.counters });
    this.limits = resolveChannelLimits(limits);
    this.#namespaces = new Namespaces(namespaces);
    this.broker = options.broker ?? createMemoryBroker({ clock, random });
    this.#permissions = new Permissions(clock, (subscription) => this.end(subscription, 'permissionEnded'));
    this.#operations = new Operations(this, this.#namespaces);
    this.#registry = new Registry(this);
    this.#publications = new Publications(this);
    this.control = new Control(this, options.broker !== undefined);
    this.broker.start(new BrokerReports(this.#registry, this.control.registry));
  }

  get followed(): number {
    return this.#registry.size;
  }

  get pendingRevocations(): number {
    return this.control.pendingRevocations;
  }

  *[Symbol.iterator](): IterableIterator<FollowedChannel> {
    for (const { name, state, members } of this.#registry)
      yield { channel: name, state, subscribers: members.size };
  }

  // --- ChannelService: for the sessions.

  serve(request: ChannelRequest, subscriber: Subscriber): void {
    this.#operations.serve(request, subscriptionsOf(subscriber));
  }

  ended(subscriber: Subscriber, hasLeft: boolean): void {
    const { state } = subscriber;
    if (!(state instanceof Subscriptions)) return;
    for (const subscribing of state.pending) subscribing.abandon(undefined);
    state.publisher?.abandon();
    for (const subscription of state.all) this.leave(subscription, hasLeft);
  }

  refreshed(subscriber: Subscriber): void {
    const { state } = subscriber;
    if (!(state instanceof Subscriptions)) return;
    for (const subscribing of state.pending) subscribing.refreshed();
    for (const subscription of state.all) {
      this.renew(subscription);
      subscription.channel.presence?.refreshed(subscription);
    }
  }

  // --- Channels: for code of the server.

  async publish(channel: string, data: unknown, options: PublishOptions = {}): Promise<PublishOutcome> {
    const { json, key } = checkedPublication(data, options, this.limits.publicationBytes);
    const namespace = checkedChannel(channel, this.#namespaces);
    const outcome = await this.append({ channel, namespace, json, key });
    return outcome.type === 'appended'
      ? { type: 'published', position: outcome.position }
      : { type: outcome.type };
  }

  async publishTo(
    user: string,
    message: UserMessage,
    options: PublishOptions = {},
  ): Promise<PublishToOutcome> {
    const { entry, key } = checkedUserMessage(user, message, options, this.limits.publicationBytes);
    return this.control.publishTo(entry, key);
  }

  subscribers(channel: string): readonly ChannelSubscriber[] {
    checkedChannel(channel, this.#namespaces);
    const members = (this.#registry.get(channel)?.members ?? []) as Iterable<Subscription>;
    return [...members].map(({ subscriber, permission }) => ({
      session: subscriber.session,
      info: permission.info,
    }));
  }

  presence(channel: string): Present {
    checkedChannel(channel, this.#namespaces);
    return this.#registry.get(channel)?.present().present ?? { count: 0, users: [] };
  }

  subscribe(session: Session, channel: string): Promise<'subscribed' | 'unavailable' | 'refused'> {
    checkedChannel(channel, this.#namespaces);
    const subscriber = subscriberOf(session);
    const subscriptions = subscriber && subscriptionsOf(subscriber);
    if (!subscriptions || !this.#operations.hasPlaceFor(subscriptions, channel))
      return Promise.resolve('refused');
    return new Promise((resolve) => {
      const subscribing = new Subscribing(subscriptions, { channel }, this, {
        isWanted: true,
        subscribed: ({ position }) => {
          resolve('subscribed');
          return subscriptions.subscriber.event({ type: 'subscribed', channel, position }) !== 'closed';
        },
        failed: ({ code }) => resolve(code === 'unavailable' ? 'unavailable' : 'refused'),
      });
      subscriptions.addPending(subscribing);
      subscribing.join(allow() as Permission);
    });
  }

  unsubscribe(session: Session, channel: string): boolean {
    checkedChannel(channel, this.#namespaces);
    const state = subscriberOf(session)?.state;
    if (!(state instanceof Subscriptions)) return false;
    const [subscription, subscribing] = [state.get(channel), state.pendingOf(channel)];
    if (subscription) this.end(subscription, 'unsubscribedByServer');
    // Not `cancelled`: a client may try that again by itself.
    subscribing?.abandon(channelError('forbidden'));
    return subscription !== undefined || subscribing !== undefined;
  }

  reauthorize(): void {
    this.reauthorizations += 1;
    for (const channel of [...this.#registry]) {
      const namespace = this.#namespaceIfAny(channel.name);
      if (namespace) channel.recent.keepTo(namespace);
      for (const member of [...channel.members] as Subscription[]) {
        this.renew(member);
        if (namespace?.presence) channel.presence?.refreshed(member);
        else channel.presence?.unwatch(member);
      }
    }
  }

  async close(): Promise<void> {
    this.#permissions.clear();
    this.control.close();
    this.#registry.close();
    await this.broker.close();
  }

  // --- SessionEnvironment: for the subscriptions.

  channelNamed(name: string): Channel | undefined {
    const namespace = this.#namespaceIfAny(name);
    return namespace && this.#registry.follow(name, namespace);
  }

  channelIfFollowed(name: string): Channel | undefined {
    return this.#registry.get(name);
  }

  subscribed(subscription: Subscription, recovered: boolean | undefined): void {
    this.counters.subscribed += 1;
    if (recovered === true) this.counters.recovered += 1;
    if (recovered === false) this.counters.notRecovered += 1;
    this.#permissions.watch(subscription);
    this.reports.notify(
      'subscribed',
      subscription.subscriber.session,
      subscription.channel.name,
      recovered === true,
    );
  }

  renew(subscription: Subscription): void {
    if (!this.#namespaceIfAny(subscription.channel.name)) this.end(subscription, 'permissionRevoked');
    else renew(this, subscription, () => this.#permissions.watch(subscription));
  }

  end(subscription: Subscription, reason: UnsubscribeReason): void {
    if (!this.leave(subscription, true, reason)) return;
    subscription.subscriber.event({ type: 'unsubscribed', channel: subscription.channel.name, reason });
  }

  leave(subscription: Subscription, isFinal: boolean, reason?: UnsubscribeReason): boolean {
    const { owner, channel } = subscription;
    if (owner.get(channel.name) !== subscription) return false;
    subscription.renewal?.abandon();
    this.#permissions.forget(subscription);
    owner.delete(subscription);
    channel.leave(subscription, isFinal);
    this.counters.unsubscribed += 1;
    this.reports.notify('unsubscribed', owner.subscriber.session, channel.name, reason);
    return true;
  }

  append(publication: Publishable): Promise<AppendOutcome> {
    return this.#publications.append(publication);
  }

  /** Where the function of the caller fails, there is no namespace: it fails closed. */
  #namespaceIfAny(channel: string): Namespace | undefined {
    try {
      return this.#namespaces.of(channel);
    } catch (error) {
      this.fault('namespaces', error, channel);
      return undefined;
    }
  }

  // --- RegistryOwner: for the channels.

  random(): number {
    return this.#random();
  }

  moved({ name }: OwnedChannel, from: StateName | undefined, to: StateName): void {
    this.reports.notify('transition', name, from, to);
  }

  lost({ name }: OwnedChannel, position: Position): void {
    this.reports.notify('lost', name, position);
  }

  // --- ControlOwner: for the control.

  revoked(user: string, outcome: RevocationOutcome): void {
    this.reports.notify('revoked', user, outcome);
  }

  revocationGivenUp(user: string): void {
    this.reports.notify('revocationGivenUp', user);
  }

  controlLost(log: ControlLog): void {
    const lost = lostLogs[log];
    this.counters[`${lost}Lost`] += 1;
    this.reports.notify('controlLost', lost);
  }

  dropped(members: readonly Member[]): void {
    for (const member of members as readonly Subscription[]) this.end(member, 'unsubscribedByServer');
  }

  fault(source: ChannelFaultSource, error: unknown, channel: string | undefined): void {
    this.reports.fault(source, error, channel);
  }
}

/** The subscriptions of a session, made at its first operation. */
function subscriptionsOf(subscriber: Subscriber): Subscriptions {
  if (!(subscriber.state instanceof Subscriptions)) subscriber.state = new Subscriptions(subscriber);
  return subscriber.state as Subscriptions;
}
