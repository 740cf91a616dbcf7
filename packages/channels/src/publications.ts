/**
 * The way of a publication from its node to the broker: it is appended, counted and told. It reaches subscribers only when the broker has ordered
 * it, by the way that all publications come. Proven by: test/channels.test.ts, test/session/publishing.test.ts, test/broker/wrong-outcomes.test.ts.
 */
import type { Session } from '@sallyport/core';
import type { Position } from '@sallyport/protocol';
import type { AppendOutcome, Broker } from './broker/broker.ts';
import { checkedAppend } from './broker/check-outcome.ts';
import type { Channel } from './channel/channel.ts';
import type { ChannelCounters } from './ports/observer.ts';
import type { Reports } from './reports.ts';
import type { Publishable } from './session/environment.ts';

/** What the publications need of their node. */
export interface PublicationsOwner {
  readonly broker: Broker;
  readonly counters: ChannelCounters;
  readonly reports: Reports;
  channelIfFollowed(name: string): Channel | undefined;
}

export class Publications {
  readonly #owner: PublicationsOwner;

  constructor(owner: PublicationsOwner) {
    this.#owner = owner;
  }

  /** Appends a publication. Never rejects: a broker that fails leaves it unknown. */
  async append({ channel, json, key, session, namespace }: Publishable): Promise<AppendOutcome> {
    const { broker, counters, reports } = this.#owner;
    const retention = { size: namespace.historySize, ms: namespace.historyMs };
    let outcome: AppendOutcome;
    try {
      const options = { retention, key, user: session?.identity?.user };
      outcome = checkedAppend(await broker.append(channel, json, options));
    } catch (error) {
      reports.fault('broker', error, channel);
      outcome = { type: 'unknown' };
    }
    if (outcome.type === 'appended') this.#appended(channel, outcome.position, session);
    else if (outcome.type === 'unavailable') counters.publishUnavailable += 1;
    else counters.publishUnknown += 1;
    return outcome;
  }

  #appended(channel: string, position: Position, session: Session | undefined): void {
    const { counters, reports } = this.#owner;
    counters.published += 1;
    this.#owner.channelIfFollowed(channel)?.take({ type: 'append.confirmed', position });
    reports.notify('published', session, channel, position);
  }
}
