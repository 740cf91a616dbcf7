/** Servers of Redis and proxies for tests of this package: each ends with its test. */
import { type FaultProxy, startFaultProxy } from '@sallyport/redis-tests/fault-proxy';
import { type RedisServer, startRedis } from '@sallyport/redis-tests/redis-server';
import { onTestFinished } from 'vitest';

/** Starts a redis-server with more options. */
export async function redisServer(...args: string[]): Promise<RedisServer> {
  const redis = await startRedis(args);
  onTestFinished(() => redis.close());
  return redis;
}

/** Starts a proxy in front of it. */
export async function proxyTo(redis: RedisServer): Promise<FaultProxy> {
  const proxy = await startFaultProxy(redis.port);
  onTestFinished(() => proxy.close());
  return proxy;
}
