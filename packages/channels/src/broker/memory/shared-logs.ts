/**
 * The logs of all channels in memory, as the brokers of several nodes share them.
 *
 * Memory is bounded without a timer: every use of a log also looks at those that were not used for longest.
 * Proven by: test/broker/memory-broker.test.ts, and the stories of `describeBroker`.
 */
import type { Position } from '@sallyport/protocol';
import type { AppendOptions, AppendOutcome, ReadOutcome } from '../broker.ts';
import { AppendKeys, scopedKey } from './append-keys.ts';
import { Leases } from './leases.ts';
import { MemoryLog } from './memory-log.ts';
import type { MemoryBrokerOptions, MemoryLimits } from './memory-options.ts';

/** Old logs that one use of a log looks at. More than one, so that they go faster than they come. */
const LOOKS = 4;

export class SharedLogs {
  readonly #clock: MemoryBrokerOptions['clock'];
  readonly #random: () => number;
  readonly #limits: MemoryLimits;
  /** The log that was not used for longest comes first. */
  readonly #logs = new Map<string, MemoryLog>();
  /** The logs with history. The log without an append for longest comes first. */
  readonly #withHistory = new Set<MemoryLog>();
  #historyBytes = 0;
  #keys: AppendKeys;
  #leases = new Leases();

  constructor({ clock, random }: MemoryBrokerOptions, limits: MemoryLimits) {
    this.#clock = clock;
    this.#random = random;
    this.#limits = limits;
    this.#keys = new AppendKeys(limits);
  }

  get now(): number {
    return this.#clock.now();
  }

  /** Forgets all logs, keys, states and leases. Followers stay, and their channels begin a new epoch. */
  forgetAll(): void {
    for (const [channel, { followers }] of [...this.#logs]) {
      this.#logs.delete(channel);
      if (followers.size === 0) continue;
      const anew = this.use(channel);
      for (const follower of followers) anew.followers.add(follower);
    }
    this.#withHistory.clear();
    this.#historyBytes = 0;
    this.#keys = new AppendKeys(this.#limits);
    this.#leases = new Leases();
  }

  /** The log of a channel, which begins where there is none. */
  use(channel: string): MemoryLog {
    const { now } = this;
    const log = this.#logs.get(channel) ?? new MemoryLog(this.#hex() + this.#hex(), now);
    this.#logs.delete(channel);
    this.#logs.set(channel, log);
    log.usedAt = now;
    this.#dropOld(now, log);
    return log;
  }

  append(channel: string, json: string, options: AppendOptions): AppendOutcome {
    const { now } = this;
    const key = options.key === undefined ? undefined : scopedKey(channel, options.user, options.key);
    if (key !== undefined) {
      const position = this.#keys.positionOf(key, now);
      if (position) return { type: 'appended', position };
      if (!this.#keys.hasRoom(options.user, now))
        return { type: 'unavailable', reason: 'too many keys within keyMs' };
    }
    const log = this.use(channel);
    const { bytes } = log;
    if (options.state) this.#setField(log, options.state, now);
    log.append(this.#hex(), json, options, now);
    this.#count(log, log.bytes - bytes);
    const position = log.top;
    if (key !== undefined) this.#keys.add(key, position, options.user, now);
    return { type: 'appended', position };
  }

  read(channel: string, since: Position | undefined, limit: number): ReadOutcome {
    const log = this.use(channel);
    const { bytes } = log;
    const outcome = log.read(since, limit, this.now);
    // A read drops what has become too old.
    this.#historyBytes += log.bytes - bytes;
    return outcome;
  }

  /** Renews the lease of a node. Returns whether the node still held it. */
  renew(node: string, ttlMs: number): boolean {
    return this.#leases.renew(node, ttlMs, this.now);
  }

  #setField(log: MemoryLog, { field, value }: NonNullable<AppendOptions['state']>, now: number): void {
    const slash = field.indexOf('/');
    const lease = slash < 0 ? undefined : this.#leases.of(field.slice(0, slash), now);
    log.setField(field, slash >= 0 && !lease ? null : value, lease);
  }

  /** Counts the history of a log that was just appended to, and drops the oldest histories past the limit. */
  #count(log: MemoryLog, bytes: number): void {
    this.#historyBytes += bytes;
    this.#withHistory.delete(log);
    if (log.bytes > 0) this.#withHistory.add(log);
    for (const oldest of this.#withHistory) {
      if (this.#historyBytes <= this.#limits.historyBytes) return;
      this.#forgetHistory(oldest);
    }
  }

  /** Drops logs that were not used for long, or are too many. The log in use stays. */
  #dropOld(now: number, inUse: MemoryLog): void {
    let looks = 0;
    for (const [channel, log] of this.#logs) {
      const isTooMany = this.#logs.size > this.#limits.channels;
      const isOld = log.usedAt + this.#limits.metaMs <= now;
      if (looks === LOOKS || log === inUse || !(isTooMany || isOld)) return;
      looks += 1;
      this.#logs.delete(channel);
      // One that is needed goes to the end, so that it is not in the way of the next look.
      if (log.isNeeded(now) || !(isTooMany || log.isEmpty(now))) this.#logs.set(channel, log);
      else this.#forgetHistory(log);
    }
  }

  #forgetHistory(log: MemoryLog): void {
    this.#withHistory.delete(log);
    this.#historyBytes -= log.bytes;
    log.forgetHistory();
  }

  #hex(): string {
    return Math.floor(this.#random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  }
}
