/**
 * The registry: the channels that a node follows. It receives what the broker reports, and compares tops.
 *
 * A tail that was lost silently shows only in the top of the log. So the tops of all channels are compared every 30 seconds, in
 * batches. Proven by: test/channel/repair.test.ts, test/channel/channel.test.ts.
 */
import { Stepper } from '@sallyport/compile';
import type { Clock } from '@sallyport/core';
import type { Position } from '@sallyport/protocol';
import type { Broker, BrokerReceiver, StoredPublication, TopOutcome } from './broker/broker.ts';
import { checkedOutcome, checkedOutcomes } from './broker/check-outcome.ts';
import { Channel } from './channel/channel.ts';
import type { ChannelEnvironment, ChannelStepper, OwnedChannel } from './channel/environment.ts';
import type { Member } from './channel/joiner.ts';
import { MemoryBudget } from './channel/memory-budget.ts';
import type { ChannelLimits } from './limits.ts';
import { channelTable } from './machine/engine.ts';
import { facts } from './machine/facts.ts';
import type { StateName } from './machine/machine.ts';
import type { Namespace } from './namespaces.ts';
import type { ChannelCounters, ChannelFaultSource } from './ports/observer.ts';
import type { Presence } from './presence/presence.ts';
import { PresenceSweep } from './presence/presence-sweep.ts';

/** Channels whose tops are compared in one call. */
const BATCH = 1_000;

/** What the registry needs of its node. */
export interface RegistryOwner {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly limits: ChannelLimits;
  readonly counters: ChannelCounters;
  random(): number;
  fault(source: ChannelFaultSource, error: unknown, channel: string | undefined): void;
  moved(channel: OwnedChannel, from: StateName | undefined, to: StateName): void;
  lost(channel: OwnedChannel, position: Position): void;
  /** A publication of a channel, in order. Default: only the members get it. */
  delivered?(channel: OwnedChannel, publication: StoredPublication): void;
  /** The members of a channel that ended before them. */
  dropped(members: readonly Member[]): void;
}

export class Registry implements BrokerReceiver, ChannelEnvironment {
  readonly stepper: ChannelStepper = new Stepper(channelTable as never);
  readonly broker: Broker;
  readonly clock: Clock;
  readonly limits: ChannelLimits;
  readonly budget: MemoryBudget;
  readonly counters: ChannelCounters;
  readonly #owner: RegistryOwner;
  readonly #channels = new Map<string, Channel>();
  readonly #presences: PresenceSweep;
  #comparison: unknown;
  #isClosed = false;

  constructor(owner: RegistryOwner) {
    this.#owner = owner;
    this.broker = owner.broker;
    this.clock = owner.clock;
    this.limits = owner.limits;
    this.counters = owner.counters;
    this.budget = new MemoryBudget(owner.limits.recentBytes);
    this.#presences = new PresenceSweep(owner.clock, owner.limits.presenceMs);
  }

  /** The number of followed channels. */
  get size(): number {
    return this.#channels.size;
  }

  /** Yields the followed channels. */
  [Symbol.iterator](): IterableIterator<Channel> {
    return this.#channels.values();
  }

  /** The channel, if this node follows it. */
  get(name: string): Channel | undefined {
    return this.#channels.get(name);
  }

  /** The channel, followed from now on. Undefined if there are too many, or after `close`. */
  follow(name: string, namespace: Namespace): Channel | undefined {
    const known = this.#channels.get(name);
    if (known) return known;
    if (this.#isClosed || this.#channels.size >= this.limits.followedChannels) return undefined;
    const channel = new Channel(name, namespace, this);
    this.#channels.set(name, channel);
    if (this.#channels.size === 1) this.#compareLater();
    channel.start();
    return channel;
  }

  close(): void {
    this.#isClosed = true;
    this.clock.clearTimeout(this.#comparison);
    for (const channel of [...this.#channels.values()]) channel.take(facts.nodeClosed);
    // Last: the channels that end would arm it again.
    this.#presences.close();
  }

  // --- BrokerReceiver.

  publicationArrived(name: string, epoch: string, publication: StoredPublication): void {
    this.#channels.get(name)?.arrive(epoch, publication);
  }

  interrupted(): void {
    for (const channel of [...this.#channels.values()]) channel.take(facts.brokerInterrupted);
  }

  resumed(): void {
    for (const channel of [...this.#channels.values()]) channel.take(facts.brokerResumed);
  }

  // --- ChannelEnvironment.

  random(): number {
    return this.#owner.random();
  }

  fault(source: ChannelFaultSource, error: unknown, channel: string): void {
    this.#owner.fault(source, error, channel);
  }

  moved(channel: OwnedChannel, from: StateName | undefined, to: StateName): void {
    this.#owner.moved(channel, from, to);
  }

  delivered(channel: OwnedChannel, publication: StoredPublication): void {
    this.#owner.delivered?.(channel, publication);
  }

  lost(channel: OwnedChannel, position: Position): void {
    this.#owner.lost(channel, position);
  }

  closed(channel: OwnedChannel, members: readonly Member[]): void {
    if (this.#channels.get(channel.name) === channel) this.#channels.delete(channel.name);
    if (this.#channels.size === 0) this.clock.clearTimeout(this.#comparison);
    this.#owner.dropped(members);
  }

  awaitSweep(presence: Presence): void {
    this.#presences.add(presence);
  }

  #compareLater(): void {
    this.clock.clearTimeout(this.#comparison);
    this.#comparison = this.clock.setTimeout(() => {
      this.#compareLater();
      const live = [...this.#channels.values()].filter(({ state }) => state === 'live');
      for (let from = 0; from < live.length; from += BATCH) this.#compare(live.slice(from, from + BATCH));
    }, this.limits.comparisonMs);
  }

  #compare(channels: readonly Channel[]): void {
    const take = (outcomes: readonly TopOutcome[]): void =>
      channels.forEach((channel, index) => {
        this.#compareOne(channel, outcomes[index] as TopOutcome);
      });
    const names = channels.map(({ name }) => name);
    const compared = async () => checkedOutcomes(await this.broker.tops(names), names.length);
    compared()
      .then(take)
      .catch((error) => this.#owner.fault('broker', error, undefined));
  }

  #compareOne(channel: Channel, answered: TopOutcome): void {
    try {
      const outcome = checkedOutcome('tops', answered, ['top', 'unavailable']);
      if (outcome.type === 'top') channel.take({ type: 'top.compared', top: outcome.top });
    } catch (error) {
      this.fault('broker', error, channel.name);
    }
  }
}
