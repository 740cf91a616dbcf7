/** The broker on Redis: channels on several nodes. */
export { createRedisBroker } from './create-redis-broker.ts';
export type { RedisBrokerObserver, RedisBrokerState } from './observer.ts';
export type { RedisBrokerOptions } from './options.ts';
export type { RedisBroker } from './redis-broker.ts';
export type { RedisClient } from './redis-client.ts';
export type { BrokerClock } from './system-clock.ts';
