/** Redis that drops keys because its memory is full, or that cannot save: nothing is lost silently. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Position } from '@sallyport/protocol';
import { hasRedis, type RedisServer } from '@sallyport/redis-tests/redis-server';
import { describe, expect, it } from 'vitest';
import { append, appended, changes, connectedBroker, healed, jsons, until } from './with-broker.ts';
import { redisServer } from './with-redis.ts';

/** Far more than the memory that the test leaves to Redis. */
const MOST_APPENDS = 20_000;

describe.skipIf(!hasRedis)('on redis-server', () => {
  async function infoOf(redis: RedisServer, section: string, name: string): Promise<string> {
    const info = String(await redis.command('INFO', section));
    return new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '';
  }

  it('E59: Redis that drops keys by its own policy tells channels lost, and what it still tells is right', async () => {
    const redis = await redisServer();
    const watched = await connectedBroker({ url: redis.url });
    const used = Number(await infoOf(redis, 'memory', 'used_memory'));
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random');
    await redis.command('CONFIG', 'SET', 'maxmemory', String(used + 3_000_000));
    const firsts = new Map<string, Position>();
    let count = 0;
    while (Number(await infoOf(redis, 'stats', 'evicted_keys')) < 100) {
      expect(count).toBeLessThan(MOST_APPENDS);
      const waiting: Promise<void>[] = [];
      for (let i = 0; i < 100; i += 1) {
        const channel = `room:${count}`;
        count += 1;
        const texts = ['"first"', JSON.stringify('x'.repeat(2_000)), '"last"'];
        waiting.push(
          Promise.all(texts.map((text) => appended(watched, text, channel))).then(([first]) => {
            if (first) firsts.set(channel, first);
          }),
        );
      }
      await Promise.all(waiting);
    }
    // Nothing more is dropped while the test reads.
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    const types = { read: 0, lost: 0 };
    for (const [channel, first] of firsts) {
      const outcome = await watched.broker.read(channel, first, 10);
      if (outcome.type === 'unavailable') throw new Error(outcome.reason);
      types[outcome.type] += 1;
      if (outcome.type === 'lost') continue;
      expect(outcome.publications.map(({ offset }) => offset)).toEqual([first.offset + 1, first.offset + 2]);
      expect(outcome.publications.at(-1)?.json).toBe('"last"');
      expect(outcome.top.epoch).toBe(first.epoch);
    }
    expect(types.lost).toBeGreaterThan(0);
    expect(types.read).toBeGreaterThan(0);
    expect(changes(watched)).toEqual(['connected']);
  });

  it('E61: Redis that cannot save refuses appends and reads, stays connected, and heals when it can save', async () => {
    const redis = await redisServer('--save', '3600', '1');
    const watched = await connectedBroker({ url: redis.url });
    await appended(watched);
    // A folder with the name of the file is in the way, as a disk that has failed would be.
    const dump = join(
      String(Object.values(Object(await redis.command('CONFIG', 'GET', 'dir'))).at(-1)),
      'dump.rdb',
    );
    const save = async (status: string) => {
      await until(async () => (await infoOf(redis, 'persistence', 'rdb_bgsave_in_progress')) === '0');
      await redis.command('BGSAVE');
      await until(async () => (await infoOf(redis, 'persistence', 'rdb_last_bgsave_status')) === status);
    };
    mkdirSync(dump);
    await save('err');
    expect(await append(watched, '2')).toMatchObject({
      type: 'unavailable',
      reason: expect.stringMatching(/MISCONF/),
    });
    expect((await watched.broker.read('room', undefined, 10)).type).toBe('unavailable');
    expect((await watched.broker.follow('room')).type).toBe('unavailable');
    expect(watched.broker.state).toBe('connected');
    rmSync(dump, { recursive: true });
    await save('ok');
    await healed(watched);
    expect(await jsons(watched)).toEqual(['1']);
    expect(changes(watched)).toEqual(['connected']);
  });
});
