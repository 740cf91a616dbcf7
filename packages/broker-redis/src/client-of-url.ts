/**
 * Makes clients of `@redis/client` for a URL.
 *
 * Proven by: test/options.test.ts, test/access.test.ts.
 */
import { createClient } from '@redis/client';
import { UsageError } from '@sallyport/protocol';
import type { RedisClient } from './redis-client.ts';

const RULE = 'must be a URL such as redis://user:password@host:6379/0, or rediss: with TLS';

/** Throws a `UsageError` if this is not a URL of Redis. The message does not contain it: it may have a password. */
export function checkRedisUrl(url: unknown): asserts url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) throw new UsageError('url', RULE);
  const { protocol, hostname, pathname } = new URL(url);
  if (protocol !== 'redis:' && protocol !== 'rediss:') throw new UsageError('url', RULE);
  if (hostname === '') throw new UsageError('url', 'must have a host, such as redis://127.0.0.1:6379');
  if (!/^\/?\d*$/.test(pathname))
    throw new UsageError('url', 'must have the number of the database as its path, such as /0');
}

/** The number of the database. */
export function databaseOf(url: string): number {
  return Number(new URL(url).pathname.slice(1));
}

/** A function that makes one client for each connection. The broker connects again by itself, so the client does not. */
export function clientOfUrl(url: string, connectTimeout: number): () => RedisClient {
  return () =>
    createClient({
      url,
      name: 'sallyport',
      disableOfflineQueue: true,
      maintNotifications: 'disabled',
      socket: { connectTimeout, reconnectStrategy: false },
    });
}
