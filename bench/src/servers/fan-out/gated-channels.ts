/**
 * Sallyport with channels as they are shipped: every default, every limit, the broker in memory, and an authorizer that allows everything to
 * the demo user. The broker keeps 100 publications of each channel. Reads of the broker are counted.
 */
import { allow, type Broker, type Channels, createChannels, createMemoryBroker } from '@sallyport/channels';
import { accept, createSessions, refuse, type Sessions } from '@sallyport/core';
import type { systemClock } from '@sallyport/ws';
import type { Answerer } from '../control-channel.ts';
import { isDemoUser } from '../tutorial-exchange.ts';
import { takePublications } from './publications.ts';

/** Publications that a returning subscriber has missed. */
const MISSED = 10;
const HERD = 'herd';

export class GatedChannels {
  readonly sessions: Sessions;
  readonly #channels: Channels;
  #reads = 0;

  /** Default: the broker in memory. */
  constructor(
    clock: typeof systemClock,
    broker: Broker = createMemoryBroker({ clock, random: Math.random }),
  ) {
    this.#channels = createChannels({
      clock,
      random: Math.random,
      broker: this.#counted(broker),
      authorize: () => allow(),
      namespaces: { 'herd*': { historySize: 100 }, '*': {} },
    });
    this.sessions = createSessions({
      clock,
      channels: this.#channels,
      authenticate: (given) =>
        given.type === 'password' && isDemoUser(given.username, given.password)
          ? accept(given.username)
          : refuse(),
    });
  }

  takePublications(port: number, answers: Readonly<Record<string, Answerer>> = {}): Promise<void> {
    const publish = (channel: string, data: string) => void this.#channels.publish(channel, data);
    return takePublications(port, publish, {
      ...answers,
      missed: () => this.#missed(),
      reads: async () => ({ reads: this.#reads }),
    });
  }

  /** Publishes what the herd misses, and answers the position before it. */
  async #missed(): Promise<object> {
    this.#reads = 0;
    const data = 'x'.repeat(100);
    const before = await this.#channels.publish(HERD, data);
    for (let made = 0; made < MISSED; made += 1) await this.#channels.publish(HERD, data);
    return { channel: HERD, since: before.type === 'published' ? before.position : undefined };
  }

  #counted(broker: Broker): Broker {
    const read = broker.read.bind(broker);
    broker.read = (...given) => {
      this.#reads += 1;
      return read(...given);
    };
    return broker;
  }
}
