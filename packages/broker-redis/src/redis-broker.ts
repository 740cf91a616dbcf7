/**
 * The broker of one node on Redis. It only translates: the scripts order and store, and the channels of the node decide.
 *
 * Proven by: test/stories.test.ts, test/failures.test.ts.
 */
import type {
  AppendOptions,
  AppendOutcome,
  Broker,
  BrokerReceiver,
  BrokerUnavailable,
  LeaseOutcome,
  ReadOutcome,
  SnapshotOutcome,
  TopOutcome,
} from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';
import { positionOf, readOutcomeOf, snapshotOutcomeOf } from './answers.ts';
import { CallsAtOnce } from './calls-at-once.ts';
import type { Connection } from './connection.ts';
import { isCertainlyUnchanged, NotSent, reasonOf, unavailable } from './failures.ts';
import { Keys } from './keys.ts';
import type { RedisBrokerState } from './observer.ts';
import type { RedisBrokerSettings } from './options.ts';
import { Reconnecting } from './reconnecting.ts';
import type { ScriptName } from './scripts.ts';
import { Subscriptions } from './subscriptions.ts';

/**
 * Reads that are under way at once. After an interruption a node reads the log of every channel that it follows. All at once, the last ones would exceed their
 * deadline, and leave no room for publications.
 */
const READS = 500;

/** Channels in one call of `tops`. Redis does nothing else meanwhile. */
const TOPS = 200;

/** A broker on Redis, with what an operator wants to see of it. */
export interface RedisBroker extends Broker {
  /** What the broker does now. */
  readonly state: RedisBrokerState;
  /** Why it is not connected. Undefined while it is, and before the first attempt has failed. */
  readonly reason: string | undefined;
  /** The time from the publication of the last probe to its arrival, in milliseconds. Undefined while the broker is not connected. */
  readonly latencyMs: number | undefined;
}

export class BrokerOnRedis implements RedisBroker {
  readonly name = 'redis';
  readonly keys: Keys;
  readonly #settings: RedisBrokerSettings;
  readonly #reads = new CallsAtOnce(READS);
  readonly #reconnecting: Reconnecting;
  readonly #subscriptions: Subscriptions;
  #receiver: BrokerReceiver | undefined;

  constructor(settings: RedisBrokerSettings) {
    this.#settings = settings;
    this.keys = new Keys(settings.prefix, settings.database);
    this.#subscriptions = new Subscriptions(this);
    this.#reconnecting = new Reconnecting(settings, this.keys, this);
  }

  get state(): RedisBrokerState {
    return this.#reconnecting.state;
  }

  get reason(): string | undefined {
    return this.#reconnecting.reason;
  }

  get latencyMs(): number | undefined {
    return this.#reconnecting.latencyMs;
  }

  // --- Broker.

  start(receiver: BrokerReceiver): void {
    this.#receiver = receiver;
    // Not from inside: a client may fail at once.
    queueMicrotask(() => this.#reconnecting.start());
  }

  async append(channel: string, json: string, options: AppendOptions): Promise<AppendOutcome> {
    const { retention, user, key, state } = options;
    const { keys } = this;
    const { keyMs, keysPerUser, metaMs, randomHex } = this.#settings;
    const names = [keys.meta(channel), keys.log(channel), keys.state(channel)];
    if (key !== undefined) names.push(keys.append(channel, user, key));
    if (key !== undefined && user !== undefined) names.push(keys.count(user));
    const change = state && (state.value === null ? 'remove' : 'set');
    try {
      const answer = await this.#run('append', names, [
        randomHex(8),
        String(metaMs),
        randomHex(4),
        json,
        user === undefined ? '' : JSON.stringify(user),
        String(retention.size),
        retention.ms === Number.POSITIVE_INFINITY ? '-1' : String(retention.ms),
        key === undefined ? '0' : String(keyMs),
        keys.subject(channel),
        user === undefined ? '0' : String(keysPerUser),
        change ?? '',
        state?.field ?? '',
        state?.value ?? '',
        state?.field.includes('/') ? keys.lease(state.field.slice(0, state.field.indexOf('/'))) : '',
      ]);
      if (answer === 'keys') return unavailable('this user has used too many keys within keyMs');
      return { type: 'appended', position: positionOf(answer) };
    } catch (error) {
      return isCertainlyUnchanged(error) ? unavailable(error) : { type: 'unknown', reason: reasonOf(error) };
    }
  }

  read(channel: string, since: Position | undefined, limit: number): Promise<ReadOutcome> {
    const position = [since?.epoch ?? '', String(since?.offset ?? 0), since?.tag ?? ''];
    return this.#reads.run(() =>
      this.#ask<ReadOutcome>(async () =>
        readOutcomeOf(await this.#run('read', this.#log(channel), this.#args(String(limit), ...position))),
      ),
    );
  }

  follow(channel: string): Promise<TopOutcome> {
    return this.#inTime<TopOutcome>(this.#subscriptions.follow(channel), (late) => {
      this.#subscriptions.abandon(channel);
      return late;
    });
  }

  unfollow(channel: string): Promise<void> {
    return this.#inTime<void>(this.#subscriptions.unfollow(channel), () => {});
  }

  async tops(channels: readonly string[]): Promise<readonly TopOutcome[]> {
    const batches: Promise<readonly TopOutcome[]>[] = [];
    for (let from = 0; from < channels.length; from += TOPS)
      batches.push(this.#topsOf(channels.slice(from, from + TOPS)));
    return (await Promise.all(batches)).flat();
  }

  snapshot(channel: string): Promise<SnapshotOutcome> {
    return this.#ask<SnapshotOutcome>(async () => {
      const keys = [...this.#log(channel), this.keys.state(channel)];
      return snapshotOutcomeOf(await this.#run('snapshot', keys, this.#args(this.keys.leases)));
    });
  }

  lease(node: string, ttlMs: number): Promise<LeaseOutcome> {
    return this.#ask<LeaseOutcome>(async () => {
      const answer = await this.#run('lease', [this.keys.lease(node)], [this.#randomHex(8), String(ttlMs)]);
      return { type: answer === 'held' ? 'held' : 'lost' };
    });
  }

  async close(): Promise<void> {
    this.#receiver = undefined;
    this.#subscriptions.clear();
    this.#reconnecting.close();
  }

  // --- For the connection and the subscriptions.

  get connection(): Connection | undefined {
    return this.#reconnecting.current;
  }

  restore(connection: Connection): Promise<void> {
    return this.#subscriptions.restore(connection);
  }

  connected(): void {
    this.#subscriptions.tidy();
    this.#receiver?.resumed();
  }

  interrupted(reason: string): void {
    this.#receiver?.interrupted(reason);
  }

  async topOf(channel: string): Promise<Position> {
    const answer = await this.#run('tops', this.#log(channel), [this.#metaMs, this.#randomHex(8)]);
    return positionOf((answer as readonly unknown[])[0]);
  }

  arrived(...[channel, epoch, publication]: Parameters<BrokerReceiver['publicationArrived']>): void {
    // Between two states of the connection the channels expect nothing: they read the log after it.
    if (this.connection) this.#receiver?.publicationArrived(channel, epoch, publication);
  }

  async #topsOf(channels: readonly string[]): Promise<readonly TopOutcome[]> {
    try {
      const keys = channels.flatMap((channel) => this.#log(channel));
      const candidates = channels.map(() => this.#randomHex(8));
      const answer = await this.#run('tops', keys, [this.#metaMs, ...candidates]);
      const answers = answer as readonly unknown[];
      return channels.map((_, index) => ({ type: 'top', top: positionOf(answers[index]) }));
    } catch (error) {
      return channels.map(() => unavailable(error));
    }
  }

  get #metaMs(): string {
    return String(this.#settings.metaMs);
  }

  #randomHex(bytes: number): string {
    return this.#settings.randomHex(bytes);
  }

  #log(channel: string): readonly string[] {
    return [this.keys.meta(channel), this.keys.log(channel)];
  }

  #args(...more: readonly string[]): readonly string[] {
    return [this.#randomHex(8), this.#metaMs, ...more];
  }

  async #run(script: ScriptName, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const { connection } = this;
    if (!connection) throw new NotSent(this.reason ?? 'not connected');
    return connection.run(script, keys, args);
  }

  /** What the promise brings, or something else at the deadline. A call may wait for several answers, or for its turn. */
  #inTime<Outcome>(outcome: Promise<Outcome>, late: (late: BrokerUnavailable) => Outcome): Promise<Outcome> {
    const { deadlineMs, clock } = this.#settings;
    return new Promise((resolve) => {
      const timer = clock.setTimeout(
        () => resolve(late(unavailable(`no answer within ${deadlineMs} ms`))),
        deadlineMs,
      );
      void outcome.then((one) => {
        clock.clearTimeout(timer);
        resolve(one);
      });
    });
  }

  /** Asks a question that changes nothing that matters. Every failure is `unavailable`. */
  async #ask<Answer>(question: () => Promise<Answer>): Promise<Answer | BrokerUnavailable> {
    try {
      return await question();
    } catch (error) {
      return unavailable(error);
    }
  }
}
