/**
 * The options of the broker on Redis, and their checks at run time.
 *
 * Proven by: test/options.test.ts.
 */
import { checkKnownOptions, UsageError } from '@sallyport/protocol';
import { checkRedisUrl, clientOfUrl, databaseOf } from './client-of-url.ts';
import type { RedisBrokerObserver } from './observer.ts';
import { type RandomHex, randomHexOf } from './random-hex.ts';
import type { RedisClient } from './redis-client.ts';
import { type BrokerClock, systemClock } from './system-clock.ts';

/** Options of `createRedisBroker`. Give `url` or `client`. */
export interface RedisBrokerOptions {
  /**
   * Where Redis is, and how to sign in: `redis://user:password@host:6379/0`, or `rediss:` with TLS. The path is the number of the database.
   */
  readonly url?: string | undefined;
  /**
   * Makes a client for each connection, for settings that a URL does not have. The broker has two connections at a time, and makes new ones
   * by itself. For example: `() => createClient({ socket: { path: '/run/redis.sock', reconnectStrategy: false } })`.
   */
  readonly client?: (() => RedisClient) | undefined;
  /**
   * The beginning of all keys and of all channels of pub/sub. Servers that share channels have the same one; each app has its own. 1 to 64
   * printable characters of ASCII without a space. Default `sallyport`.
   */
  readonly prefix?: string | undefined;
  /** How long a command may take, in milliseconds. Past it the outcome is `unavailable` or `unknown`. Default 5000. */
  readonly deadlineMs?: number | undefined;
  /** How often the connection is probed, in milliseconds. Default 10 000. */
  readonly probeMs?: number | undefined;
  /** How long the key of an append is kept, in milliseconds. A retry after that is appended again. Default 60 000. */
  readonly keyMs?: number | undefined;
  /**
   * Keys that one user may use within `keyMs`. Past it an append of this user with a new key answers `unavailable`. Publications of the
   * server itself do not count. Default 10 000.
   */
  readonly keysPerUser?: number | undefined;
  /**
   * How long the counters and the state of a channel are kept after their last use, in milliseconds. After that the channel begins a new
   * epoch, and a reader of the old one is told `lost`. Default 2 592 000 000 (30 days).
   */
  readonly metaMs?: number | undefined;
  /** Functions that observe the connection. Default: none. */
  readonly observe?: RedisBrokerObserver | undefined;
  /** The clock of deadlines, probes and pauses: `now`, `setTimeout` and `clearTimeout`. For tests and simulations. Default: the clock of Node. */
  readonly clock?: BrokerClock | undefined;
  /**
   * Returns a random number from 0 (included) to 1 (excluded), for epochs, tags and pauses. For tests and simulations: two nodes that get
   * the same numbers make the same tags. Default: the generator of Node, which cannot be guessed.
   */
  readonly random?: (() => number) | undefined;
}

/** The options with their defaults. */
export interface RedisBrokerSettings {
  readonly connect: () => RedisClient;
  readonly prefix: string;
  /** The number of the database. Pub/sub of Redis does not know databases, so its channels name it. */
  readonly database: number;
  readonly deadlineMs: number;
  readonly probeMs: number;
  readonly keyMs: number;
  readonly keysPerUser: number;
  readonly metaMs: number;
  readonly observe: RedisBrokerObserver;
  readonly clock: BrokerClock;
  readonly random: () => number;
  readonly randomHex: RandomHex;
}

const times = {
  deadlineMs: 5_000,
  probeMs: 10_000,
  keyMs: 60_000,
  keysPerUser: 10_000,
  metaMs: 2_592_000_000,
};

/** Timers of Node end at once past this, which is 24 days. */
const LONGEST_TIMER_MS = 2_147_483_647;

const ranges: Readonly<Record<keyof typeof times, number>> = {
  deadlineMs: LONGEST_TIMER_MS,
  probeMs: LONGEST_TIMER_MS,
  keyMs: Number.MAX_SAFE_INTEGER,
  keysPerUser: Number.MAX_SAFE_INTEGER,
  metaMs: Number.MAX_SAFE_INTEGER,
};

const handlers: Readonly<Record<keyof RedisBrokerObserver, true>> = {
  connected: true,
  interrupted: true,
  warning: true,
};

/** Checks the options, and fills in the defaults. Throws a `UsageError` that names the first wrong option. */
export function resolveRedisOptions(options: RedisBrokerOptions): RedisBrokerSettings {
  if (typeof options !== 'object' || options === null)
    throw new UsageError('options', 'must be an object', options);
  checkKnownOptions('createRedisBroker', options, [
    'url',
    'client',
    'prefix',
    'observe',
    'clock',
    'random',
    ...Object.keys(times),
  ]);
  const { url, client, prefix = 'sallyport', observe = {}, clock = systemClock, random } = options;
  if ((url === undefined) === (client === undefined))
    throw new UsageError('url', 'must be given, or `client`, and not both');
  if (typeof prefix !== 'string' || !/^[!-~]{1,64}$/.test(prefix))
    throw new UsageError('prefix', 'must be 1 to 64 printable characters of ASCII without a space', prefix);
  checkObserver(observe);
  checkClock(clock);
  if (random !== undefined && typeof random !== 'function')
    throw new UsageError('random', 'must be a function that returns a number from 0 to 1', random);
  const ports = { observe, clock, random: random ?? Math.random, randomHex: randomHexOf(random) };
  const limits = { ...times };
  for (const name of Object.keys(times) as (keyof typeof times)[])
    limits[name] = limitOf(name, options[name]);
  if (url === undefined) return { ...limits, ...ports, connect: checkedClient(client), database: 0, prefix };
  checkRedisUrl(url);
  const connect = clientOfUrl(url, limits.deadlineMs);
  return { ...limits, ...ports, connect, database: databaseOf(url), prefix };
}

function limitOf(name: keyof typeof times, value: unknown = times[name]): number {
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= ranges[name])
    return value as number;
  throw new UsageError(name, `must be a whole number from 1 to ${ranges[name]}`, value);
}

function checkedClient(client: unknown): () => RedisClient {
  if (typeof client === 'function') return client as () => RedisClient;
  throw new UsageError('client', 'must be a function that makes a client for each connection', client);
}

function checkClock(clock: BrokerClock): void {
  for (const method of ['now', 'setTimeout', 'clearTimeout'] as const)
    if (typeof clock?.[method] !== 'function')
      throw new UsageError('clock', `must have a method \`${method}\``, clock);
}

function checkObserver(observe: RedisBrokerObserver): void {
  if (typeof observe !== 'object' || observe === null)
    throw new UsageError('observe', 'must be an object of handlers', observe);
  checkKnownOptions('createRedisBroker', observe, Object.keys(handlers), 'observe.');
  for (const name of Object.keys(handlers) as (keyof RedisBrokerObserver)[])
    if (observe[name] !== undefined && typeof observe[name] !== 'function')
      throw new UsageError(`observe.${name}`, 'must be a function', observe[name]);
}
