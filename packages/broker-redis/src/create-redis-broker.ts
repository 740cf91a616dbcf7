/** Makes a broker on Redis. Proven by: test/options.test.ts. */
import { type RedisBrokerOptions, resolveRedisOptions } from './options.ts';
import { BrokerOnRedis, type RedisBroker } from './redis-broker.ts';

/**
 * Makes a broker on Redis for one node: pass it to `createChannels`, which starts and closes it. It connects by itself, and again for ever.
 * Throws a `UsageError` that names the first wrong option.
 */
export function createRedisBroker(options: RedisBrokerOptions): RedisBroker {
  return new BrokerOnRedis(resolveRedisOptions(options));
}
