/** What the broker writes to Redis is what the README says, and all of it expires. */
import { readFileSync } from 'node:fs';
import { hasRedis, type RedisServer, startRedis } from '@sallyport/redis-tests/redis-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Keys } from '../src/keys.ts';
import { connectedBroker, KEPT } from './with-broker.ts';

it('the channels of pub/sub are those of one database, and their names are read back', () => {
  const names = [new Keys('shop', 0), new Keys('shop', 1)].map((keys) => keys.subject('room:1'));
  expect(names).toEqual(['shop:c:room:1', 'shop:c1:room:1']);
  expect(new Keys('shop', 1).channelOf('shop:c1:room:1')).toBe('room:1');
});

describe.skipIf(!hasRedis)('on redis-server', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  it('every key of the broker is documented, and expires', async () => {
    const { broker } = await connectedBroker({ url: redis.url, prefix: 'shop', metaMs: 100_000 });
    await broker.lease('n1', 60_000);
    const state = { field: 'n1/f', value: 'v' };
    await broker.append('room', '1', { retention: KEPT, user: 'ada', key: 'k', state });
    await broker.append('forever', '1', { retention: { size: 3, ms: Number.POSITIVE_INFINITY } });
    await broker.append('long', '1', { retention: { size: 3, ms: 5_000_000 } });
    await broker.append('bare', '1', { retention: { size: 0, ms: 0 } });
    const names = ((await redis.command('KEYS', 'shop:*')) as string[]).sort();
    // The channel with the empty name is that of the check at the start.
    const ours = names.filter((name) => !/:$|^shop:k:\[""|^shop:u:""|^shop:n:check-/.test(name));
    expect(ours).toEqual([
      'shop:k:["room","ada","k"]',
      'shop:l:forever',
      'shop:l:long',
      'shop:l:room',
      'shop:m:bare',
      'shop:m:forever',
      'shop:m:long',
      'shop:m:room',
      'shop:n:n1',
      'shop:s:room',
      'shop:u:"ada"',
    ]);
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const kind of new Set(ours.map((name) => name.split(':')[1])))
      expect(readme).toContain(`| \`PREFIX:${kind}:`);
    for (const name of names) {
      const ttl = (await redis.command('PTTL', name)) as number;
      // A key of the check may have ended meanwhile.
      if (ttl === -2) continue;
      expect([name, ttl > 0 && ttl <= 5_000_000]).toEqual([name, true]);
    }
    // The counters live at least as long as the history that they belong to.
    expect(await redis.command('PTTL', 'shop:m:long')).toBeGreaterThan(4_000_000);
    await broker.tops(['long']);
    expect(await redis.command('PTTL', 'shop:m:long')).toBeGreaterThan(4_000_000);
  });

  it('a user who has used too many keys is answered unavailable, and others notice nothing', async () => {
    const { broker } = await connectedBroker({ url: redis.url, prefix: 'many', keysPerUser: 2 });
    const append = async (user: string | undefined, key: string) =>
      (await broker.append('room', '1', { retention: KEPT, user, key })).type;
    expect([await append('ada', '1'), await append('ada', '2')]).toEqual(['appended', 'appended']);
    expect(await broker.append('room', '1', { retention: KEPT, user: 'ada', key: '3' })).toEqual({
      type: 'unavailable',
      reason: 'this user has used too many keys within keyMs',
    });
    // A retry of an append that was made is no new key.
    expect(await append('ada', '2')).toBe('appended');
    expect(await append('bob', '3')).toBe('appended');
    for (const key of ['1', '2', '3']) expect(await append(undefined, key)).toBe('appended');
    const outcome = await broker.read('room', undefined, 10);
    expect(outcome.type === 'read' && outcome.publications.length).toBe(6);
  });

  it('E68: a foreign key in the way changes nothing, and is named', async () => {
    const { broker } = await connectedBroker({ url: redis.url, prefix: 'foreign' });
    const state = { field: 'f', value: 'v' };
    for (const key of ['m:room', 'l:room', 's:room']) {
      await redis.command('DEL', 'foreign:m:room', 'foreign:l:room', 'foreign:s:room');
      await redis.command('SET', `foreign:${key}`, 'x');
      const outcome = await broker.append('room', '1', { retention: KEPT, state });
      expect(outcome.type).toBe('unavailable');
      expect(outcome.type === 'unavailable' && outcome.reason).toContain('WRONGTYPE');
      expect(await redis.command('KEYS', 'foreign:?:room')).toEqual([`foreign:${key}`]);
    }
    expect(broker.state).toBe('connected');
  });
});
