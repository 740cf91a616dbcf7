/**
 * The link of one node to the model of Redis: the real broker of `@sallyport/broker-redis`, on the clock and the chance of the simulation.
 *
 * Proven by: test/redis.test.ts.
 */
import { createRedisBroker, type RedisBroker } from '@sallyport/broker-redis';
import type { Clock } from '@sallyport/core';
import type { NodeLink } from '../node-link.ts';
import type { Random } from '../random.ts';
import type { Report } from '../report.ts';
import type { Scheduler } from '../scheduler.ts';
import type { RedisModel } from './redis-model.ts';
import { type ClientOwner, SimulatedClient } from './simulated-client.ts';

/** What a link needs. */
export interface RedisLinkSettings {
  readonly scheduler: Scheduler;
  /** The clock of the node's process. */
  readonly clock: Clock;
  readonly random: Random;
  readonly model: RedisModel;
  readonly report: Report;
}

const DEADLINE_MS = 1_000;
const PROBE_MS = 2_000;

export class RedisLink implements NodeLink, ClientOwner {
  readonly broker: RedisBroker;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly model: RedisModel;
  loseAnswers = 0;
  isReachable = true;
  hangsUntil = 0;
  readonly #report: Report;
  /** The connections of now: for commands, then for subscriptions. */
  #clients: SimulatedClient[] = [];

  constructor({ scheduler, clock, random, model, report }: RedisLinkSettings) {
    this.scheduler = scheduler;
    this.random = random;
    this.model = model;
    this.#report = report;
    const chance = random.stream('broker');
    this.broker = createRedisBroker({
      client: () => this.#client(),
      clock,
      random: () => chance.next(),
      deadlineMs: DEADLINE_MS,
      probeMs: PROBE_MS,
      observe: {
        connected: () => report.count('redis.connected'),
        interrupted: (reason) => {
          report.log(`redis interrupted: ${reason}`);
          report.count('redis.interrupted');
        },
      },
    });
  }

  get isConnected(): boolean {
    return this.broker.state === 'connected';
  }

  cut(): void {
    this.isReachable = false;
    for (const client of this.#clients) client.cut();
  }

  mend(): void {
    this.isReachable = true;
  }

  hang(ms: number): void {
    this.hangsUntil = this.scheduler.now + ms;
  }

  /** A connection that is half-open stays so: the broker has to find out. */
  heal(): void {
    this.loseAnswers = 0;
    this.hangsUntil = 0;
    this.mend();
  }

  kill(): void {
    for (const client of this.#clients) client.abandon();
    this.#clients = [];
  }

  executed(command: string): boolean {
    if (command !== 'EVALSHA' || this.loseAnswers === 0) return false;
    this.loseAnswers -= 1;
    this.#report.count('fault.redis.answers');
    return true;
  }

  // --- Faults of a connection alone. Each returns whether there was one.

  halfOpen(which: 'commands' | 'subscriptions'): boolean {
    return this.#fault(which, (client) => client.halfOpen());
  }

  silence(): boolean {
    return this.#fault('subscriptions', (client) => client.silence());
  }

  overflow(ms: number): boolean {
    return this.#fault('subscriptions', (client) => client.overflow(ms));
  }

  #fault(which: 'commands' | 'subscriptions', act: (client: SimulatedClient) => void): boolean {
    const client = this.#clients.at(which === 'commands' ? -2 : -1);
    if (!this.isConnected || !client?.isOpen) return false;
    act(client);
    return true;
  }

  #client(): SimulatedClient {
    const client = new SimulatedClient(this);
    // The two before it have ended, or end now.
    this.#clients = [...this.#clients.slice(-3), client];
    return client;
  }
}
