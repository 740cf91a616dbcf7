/** A node of a story: it calls its broker as the channels of a node do, and watches every answer. */
import { equal } from 'node:assert/strict';
import type {
  AppendOptions,
  AppendOutcome,
  Broker,
  LeaseOutcome,
  ReadOutcome,
  SnapshotOutcome,
  StoredPublication,
  TopOutcome,
} from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';
import { formatValue } from '../../kit/journal.ts';
import { NodeReceiver } from './node-receiver.ts';
import { NodeWatch, type Shared } from './node-watch.ts';
import { publicationProblem, readProblem } from './outcome-problems.ts';
import { watchedDuties } from './watched-duties.ts';

/** Keeps all publications of a story. */
export const KEPT = { size: 10_000, ms: 86_400_000 };

export class BrokerNode {
  readonly followed = new Set<string>();
  readonly receiver = new NodeReceiver(this);
  readonly broker: Broker;
  isClosed = false;
  inside: string | undefined;
  readonly #watch: NodeWatch;

  constructor(broker: Broker, label: string, shared: Shared) {
    this.broker = broker;
    this.#watch = new NodeWatch(label, shared);
  }

  start(): void {
    void this.#call('start', [], () => this.broker.start(this.receiver));
  }

  async append(channel: string, json: string, options: Partial<AppendOptions> = {}): Promise<AppendOutcome> {
    const outcome = await this.#call('append', [channel, json, options], () =>
      this.broker.append(channel, json, { retention: KEPT, ...options }),
    );
    this.#watch.checkType('append', outcome);
    if (outcome.type === 'appended') this.#watch.checkPosition(channel, outcome.position);
    return outcome;
  }

  /** Appends a publication. Fails if it is not appended. */
  async appended(channel: string, json: string, options: Partial<AppendOptions> = {}): Promise<Position> {
    const outcome = await this.append(channel, json, options);
    if (outcome.type !== 'appended') throw new Error(`\`append\` answered ${formatValue(outcome)}`);
    return outcome.position;
  }

  async read(channel: string, since: Position | undefined, limit = 1_000): Promise<ReadOutcome> {
    const outcome = await this.#call('read', [channel, since, limit], () =>
      this.broker.read(channel, since, limit),
    );
    this.#watch.checkType('read', outcome);
    if (outcome.type === 'unavailable') return outcome;
    this.#watch.checkPosition(channel, outcome.top);
    if (outcome.type === 'lost') return outcome;
    for (const one of outcome.publications) {
      this.#watch.check(watchedDuties.outcomes, publicationProblem(one));
      this.enter(channel, outcome.top.epoch, one);
    }
    this.#watch.check(watchedDuties.reads, readProblem(outcome, since, limit));
    return outcome;
  }

  /** Reads publications. Fails if they are lost. */
  async history(channel: string, since?: Position, limit?: number): Promise<readonly StoredPublication[]> {
    const outcome = await this.read(channel, since, limit);
    if (outcome.type !== 'read') throw new Error(`\`read\` answered ${formatValue(outcome)}`);
    return outcome.publications;
  }

  /** Follows a channel. Fails if the broker does not. */
  async follow(channel: string): Promise<Position> {
    return topOf(await this.tryFollow(channel));
  }

  async tryFollow(channel: string): Promise<TopOutcome> {
    this.followed.add(channel);
    const outcome = await this.#call('follow', [channel], () => this.broker.follow(channel));
    this.#watch.checkTop(channel, outcome);
    return outcome;
  }

  unfollow(channel: string): Promise<void> {
    // From the call on.
    this.followed.delete(channel);
    return this.#call('unfollow', [channel], () => this.broker.unfollow(channel));
  }

  async tops(channels: readonly string[]): Promise<readonly TopOutcome[]> {
    const outcomes = await this.#call('tops', [channels], () => this.broker.tops(channels));
    equal(
      outcomes.length,
      channels.length,
      '`tops` answered another number of channels than it was asked for',
    );
    for (const [i, outcome] of outcomes.entries()) this.#watch.checkTop(channels[i] as string, outcome);
    return outcomes;
  }

  async top(channel: string): Promise<Position> {
    const [outcome] = await this.tops([channel]);
    return topOf(outcome);
  }

  async trySnapshot(channel: string): Promise<SnapshotOutcome> {
    const outcome = await this.#call('snapshot', [channel], () => this.broker.snapshot(channel));
    this.#watch.checkType('snapshot', outcome);
    if (outcome.type === 'snapshot') {
      this.#watch.checkPosition(channel, outcome.top);
      const isMap = outcome.state instanceof Map;
      this.#watch.check(watchedDuties.outcomes, isMap ? undefined : 'the state of a snapshot is not a Map');
    }
    return outcome;
  }

  /** The keyed state of a channel. Fails if the broker does not answer it. */
  async state(channel: string): Promise<Record<string, string>> {
    const outcome = await this.trySnapshot(channel);
    if (outcome.type !== 'snapshot') throw new Error(`\`snapshot\` answered ${formatValue(outcome)}`);
    return Object.fromEntries(outcome.state);
  }

  async lease(node: string, ttlMs: number): Promise<LeaseOutcome['type']> {
    const outcome = await this.#call('lease', [node, ttlMs], () => this.broker.lease(node, ttlMs));
    this.#watch.checkType('lease', outcome);
    return outcome.type;
  }

  close(): Promise<void> {
    return this.#call('close', [], () => {
      this.isClosed = true;
      return this.broker.close();
    });
  }

  /** The publications of a channel that were reported, in order. */
  arrivalsOf(channel: string): readonly StoredPublication[] {
    return this.receiver.arrivals
      .filter((one) => one.channel === channel)
      .map(({ publication }) => publication);
  }

  write(event: string): void {
    this.#watch.write(event);
  }

  violate(duty: string, what: string): void {
    this.#watch.violate(duty, what);
  }

  enter(channel: string, epoch: string, publication: Pick<StoredPublication, 'offset' | 'tag'>): void {
    this.#watch.enter(channel, epoch, publication);
  }

  /** Calls a method, and watches that it neither throws nor rejects, nor calls the receiver from inside. */
  #call<T>(method: string, values: readonly unknown[], act: () => T | Promise<T>): Promise<T> {
    return this.#watch.answerOf(`${method}(${values.map(formatValue).join(', ')})`, () => {
      this.inside = method;
      try {
        return act();
      } finally {
        this.inside = undefined;
      }
    });
  }
}

/** The top of an outcome. Fails if it has none. */
export function topOf(outcome: TopOutcome | undefined): Position {
  if (outcome?.type !== 'top') throw new Error(`the broker answered ${formatValue(outcome)} and no top`);
  return outcome.top;
}
