/**
 * The broker of one node: logs in memory behind a link with faults. Calls take their time, and facts come over a way of their own: late,
 * doubled, in another order or not at all, as the contract of the port allows.
 *
 * Proven by: test/planted.test.ts.
 */
import type {
  AppendOptions,
  AppendOutcome,
  Broker,
  BrokerReceiver,
  LeaseOutcome,
  MemoryLogs,
  ReadOutcome,
  SnapshotOutcome,
  TopOutcome,
} from '@sallyport/channels';
import type { Clock } from '@sallyport/core';
import type { Position } from '@sallyport/protocol';
import type { NodeLink } from './node-link.ts';
import type { Oracle } from './oracle.ts';
import type { Random } from './random.ts';
import type { Report } from './report.ts';
import type { Scheduler } from './scheduler.ts';

/** What a link needs. */
export interface BrokerLinkSettings {
  readonly scheduler: Scheduler;
  /** The clock of the node's process. */
  readonly clock: Clock;
  readonly random: Random;
  readonly logs: MemoryLogs;
  readonly oracle: Oracle;
  readonly report: Report;
}

const UNAVAILABLE = { type: 'unavailable', reason: 'not connected' } as const;
const DEADLINE_MS = 1_000;

export class BrokerLink implements Broker, NodeLink {
  readonly name = 'simulated';
  readonly broker = this;
  /** The next facts that suffer a fault, by fault. */
  readonly facts = { lose: 0, double: 0, delay: 0, reorder: 0 };
  /** The next answers that are lost. */
  loseAnswers = 0;
  readonly #settings: BrokerLinkSettings;
  readonly #followed = new Map<string, object>();
  readonly #pending = new Set<() => void>();
  #receiver: BrokerReceiver | undefined;
  #remote: Broker | undefined;
  #hangsUntil = 0;
  #lastCall = 0;
  #lastAnswer = 0;
  #lastFact = 0;

  constructor(settings: BrokerLinkSettings) {
    this.#settings = settings;
  }

  get isConnected(): boolean {
    return this.#remote !== undefined;
  }

  start(receiver: BrokerReceiver): void {
    this.#receiver = receiver;
    this.#settings.scheduler.after(this.#latency(), () => this.mend());
  }

  append(channel: string, json: string, options: AppendOptions): Promise<AppendOutcome> {
    const call = async (remote: Broker): Promise<AppendOutcome> => {
      const outcome = await remote.append(channel, json, options);
      const { retention, user } = options;
      if (outcome.type === 'appended')
        this.#settings.oracle.appended(channel, outcome.position, { json, user }, retention);
      return outcome;
    };
    return this.#ask<AppendOutcome>(
      call,
      this.#remote ? { type: 'unknown', reason: 'no answer' } : UNAVAILABLE,
    );
  }

  read(channel: string, since: Position | undefined, limit: number): Promise<ReadOutcome> {
    return this.#ask<ReadOutcome>((remote) => remote.read(channel, since, limit), UNAVAILABLE);
  }

  async follow(channel: string): Promise<TopOutcome> {
    const call = this.#followed.get(channel) ?? {};
    this.#followed.set(channel, call);
    const outcome = await this.#ask<TopOutcome>((remote) => remote.follow(channel), UNAVAILABLE);
    if (outcome.type !== 'top' && this.#followed.get(channel) === call) this.#followed.delete(channel);
    return outcome;
  }

  async unfollow(channel: string): Promise<void> {
    this.#followed.delete(channel);
    await this.#ask<unknown>((remote) => remote.unfollow(channel), undefined);
  }

  tops(channels: readonly string[]): Promise<readonly TopOutcome[]> {
    const failed = channels.map(() => UNAVAILABLE);
    return this.#ask<readonly TopOutcome[]>((remote) => remote.tops(channels), failed);
  }

  snapshot(channel: string): Promise<SnapshotOutcome> {
    return this.#ask<SnapshotOutcome>((remote) => remote.snapshot(channel), UNAVAILABLE);
  }

  lease(node: string, ttlMs: number): Promise<LeaseOutcome> {
    return this.#ask<LeaseOutcome>((remote) => remote.lease(node, ttlMs), UNAVAILABLE);
  }

  async close(): Promise<void> {
    this.#receiver = undefined;
    this.cut();
  }

  // --- Faults.

  /** Cuts the link. What is on its way is lost. */
  cut(): void {
    void this.#remote?.close();
    if (this.#remote) this.#receiver?.interrupted('the link was cut');
    this.#remote = undefined;
    for (const end of [...this.#pending]) end();
  }

  /** Connects, and follows again what was followed. */
  mend(): void {
    const receiver = this.#receiver;
    if (!receiver || this.#remote) return;
    const remote = this.#settings.logs.createBroker();
    this.#remote = remote;
    for (const channel of this.#followed.keys()) void remote.follow(channel);
    remote.start({
      publicationArrived: (...fact) => this.#arrives(remote, fact),
      interrupted() {},
      resumed() {},
    });
    receiver.resumed();
  }

  /** The broker does nothing for this long. */
  hang(ms: number): void {
    this.#hangsUntil = this.#settings.scheduler.now + ms;
  }

  /** All faults of facts and answers stop. */
  heal(): void {
    Object.assign(this.facts, { lose: 0, double: 0, delay: 0, reorder: 0 });
    this.loseAnswers = 0;
    this.#hangsUntil = 0;
    this.mend();
  }

  /** The process of the node is gone. */
  kill(): void {
    this.#receiver = undefined;
    void this.#remote?.close();
    this.#remote = undefined;
  }

  #arrives(remote: Broker, fact: Parameters<BrokerReceiver['publicationArrived']>): void {
    const { scheduler, report, random } = this.#settings;
    const arrive = () => {
      if (this.#remote === remote && this.#followed.has(fact[0])) this.#receiver?.publicationArrived(...fact);
    };
    if (this.#takes('lose')) return;
    const { now } = scheduler;
    let at = Math.max(this.#lastFact, now + this.#latency(), this.#hangsUntil);
    if (this.#takes('delay')) at += random.between(500, 8_000);
    else if (this.#takes('reorder')) at += random.between(20, 300);
    else this.#lastFact = at;
    scheduler.after(at - now, arrive);
    if (this.#takes('double')) scheduler.after(at - now + random.between(0, 3_000), arrive);
    report.count('broker.fact');
  }

  #takes(fault: keyof BrokerLink['facts']): boolean {
    if (this.facts[fault] === 0) return false;
    this.facts[fault] -= 1;
    this.#settings.report.count(`fault.broker.facts.${fault}`);
    return true;
  }

  /** Sends a call behind those before it. `failed` is the outcome if no answer comes. */
  #ask<Outcome>(call: (remote: Broker) => Promise<Outcome>, failed: Outcome): Promise<Outcome> {
    const remote = this.#remote;
    const { clock, scheduler, report } = this.#settings;
    if (!remote) return Promise.resolve(failed);
    return new Promise((resolve) => {
      const settle = (outcome: Outcome) => {
        clock.clearTimeout(timer);
        this.#pending.delete(end);
        resolve(outcome);
      };
      const end = () => settle(failed);
      const timer = clock.setTimeout(() => {
        report.count('fault.broker.deadline');
        end();
      }, DEADLINE_MS);
      this.#pending.add(end);
      this.#lastCall = Math.max(this.#lastCall, scheduler.now + this.#latency(), this.#hangsUntil);
      scheduler.after(this.#lastCall - scheduler.now, async () => {
        const outcome = await call(remote);
        if (this.loseAnswers > 0) {
          this.loseAnswers -= 1;
          report.count('fault.broker.answers');
          return;
        }
        this.#lastAnswer = Math.max(this.#lastAnswer, scheduler.now + this.#latency(), this.#hangsUntil);
        scheduler.after(this.#lastAnswer - scheduler.now, () => settle(outcome));
      });
    });
  }

  #latency(): number {
    return this.#settings.random.between(1, 8);
  }
}
