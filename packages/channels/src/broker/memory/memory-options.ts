/**
 * The options of the broker in memory: its ports, and its limits.
 *
 * Proven by: test/broker/memory-broker.test.ts.
 */
import { type Clock, checkKnownOptions, UsageError } from '@sallyport/core';

/** Options of the broker in memory. */
export interface MemoryBrokerOptions {
  /** The clock. The broker only reads the time, and arms no timer. */
  readonly clock: Pick<Clock, 'now'>;
  /** Returns a random number from 0 (included) to 1 (excluded), as `Math.random` does. */
  readonly random: () => number;
  /** How long the key of an append is kept, in milliseconds. A retry after that is appended again. Default 60 000. */
  readonly keyMs?: number | undefined;
  /**
   * Keys that are kept at once, at about 250 bytes each. Past it an append with a key answers `unavailable`. Default 500 000.
   */
  readonly keys?: number | undefined;
  /**
   * Keys of one user that are kept at once. Past it an append of this user with a key answers `unavailable`, and other users notice nothing.
   * Publications of the server itself do not count. Default 10 000.
   */
  readonly keysPerUser?: number | undefined;
  /**
   * How long the top of a channel is kept after its last use, in milliseconds, where nobody follows the channel and its history and its
   * state are empty. After that the channel begins a new epoch, and a reader of the old one is told `lost`. Default 86 400 000 (a day).
   */
  readonly metaMs?: number | undefined;
  /**
   * Channels that are kept at once, at about 500 bytes each besides their history. Past it those that nobody follows are dropped, the
   * ones not used for longest first. Default 100 000.
   */
  readonly channels?: number | undefined;
  /**
   * Bytes that the history of all channels may take together. Past it the history of the channel without an append for longest is
   * dropped; a reader that needs it is told `lost`. Default 268 435 456 (256 MiB).
   */
  readonly historyBytes?: number | undefined;
}

/** The options with their defaults. */
export interface MemoryLimits {
  readonly keyMs: number;
  readonly keys: number;
  readonly keysPerUser: number;
  readonly metaMs: number;
  readonly channels: number;
  readonly historyBytes: number;
}

const defaults: MemoryLimits = {
  keyMs: 60_000,
  keys: 500_000,
  keysPerUser: 10_000,
  metaMs: 86_400_000,
  channels: 100_000,
  historyBytes: 268_435_456,
};

/** Fills in the defaults. Throws a `UsageError` that names a wrong option. */
export function resolveMemoryOptions(entry: string, options: MemoryBrokerOptions): MemoryLimits {
  checkKnownOptions(entry, options, ['clock', 'random', ...Object.keys(defaults)]);
  const { clock, random, ...given } = options;
  if (typeof clock?.now !== 'function') throw new UsageError('clock', 'must have a method `now`', clock);
  if (typeof random !== 'function') throw new UsageError('random', 'must be a function', random);
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of named)
    if (!isLimit(value))
      throw new UsageError(name, 'must be a whole number of at least 1, or Infinity', value);
  return { ...defaults, ...Object.fromEntries(named) };
}

function isLimit(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 1);
}
