/** Several brokers over one Redis, answers that are lost on their way, and Redis that is killed in the middle of its work. */
import { createClient } from '@redis/client';
import type { AppendOutcome } from '@sallyport/channels';
import { hasRedis } from '@sallyport/redis-tests/redis-server';
import { describe, expect, it } from 'vitest';
import {
  appended,
  connectedBroker,
  healed,
  jsons,
  KEPT,
  startBroker,
  until,
  type Watched,
} from './with-broker.ts';
import { proxyTo, redisServer } from './with-redis.ts';

/** Short, so that a test need not wait; long enough for a slow machine to answer in. */
const DEADLINE_MS = 2_000;
const ALL = { size: 100_000, ms: 600_000 };

describe.skipIf(!hasRedis)('on redis-server', () => {
  it('E69: Redis that is killed in the middle of many appends has what it told, and what was unknown at most once', async () => {
    const redis = await redisServer('--appendonly', 'yes', '--appendfsync', 'always');
    const watched = await connectedBroker({ url: redis.url });
    const outcomes = new Map<string, Promise<AppendOutcome>>();
    let told = 0;
    const publish = () => {
      const key = String(outcomes.size);
      const outcome = watched.broker.append('room', key, { retention: ALL, key });
      outcomes.set(key, outcome);
      void outcome.then(({ type }) => {
        if (type === 'appended') told += 1;
      });
    };
    while (told < 200) {
      for (let i = 0; i < 50; i += 1) publish();
      await new Promise((resolve) => setImmediate(resolve));
    }
    redis.freeze();
    // These are on their way when it dies.
    for (let i = 0; i < 50; i += 1) publish();
    await redis.kill();
    const settled = new Map<string, AppendOutcome>();
    for (const [key, outcome] of outcomes) settled.set(key, await outcome);
    const keys = (type: AppendOutcome['type']) =>
      [...settled].filter(([, outcome]) => outcome.type === type).map(([key]) => key);
    expect(keys('unknown').length).toBeGreaterThan(0);

    await redis.restart();
    await healed(watched);
    const found = await jsons(watched);
    expect(new Set(found).size).toBe(found.length);
    for (const key of keys('appended')) expect(found).toContain(key);
    for (const key of keys('unavailable')) expect(found).not.toContain(key);

    for (const key of keys('unknown')) {
      const retried = await watched.broker.append('room', key, { retention: ALL, key });
      expect(retried.type).toBe('appended');
    }
    const after = await jsons(watched);
    expect(new Set(after).size).toBe(after.length);
    expect(after.toSorted()).toEqual([...keys('appended'), ...keys('unknown')].toSorted());
    // What was told has the place that was told.
    for (const [key, outcome] of settled)
      if (outcome.type === 'appended') expect(after[outcome.position.offset - 1]).toBe(key);
  });

  it('E70: an append whose answer is lost is unknown, and a retry with its key answers the position that it has', async () => {
    const redis = await redisServer();
    const proxy = await proxyTo(redis);
    const reader = await connectedBroker({ url: redis.url });
    await reader.broker.follow('room');
    const watched = await connectedBroker({ url: proxy.url, deadlineMs: DEADLINE_MS });
    proxy.mute();
    const options = { retention: KEPT, user: 'ada', key: 'k' };
    const outcome = await watched.broker.append('room', '"once"', options);
    expect(outcome.type).toBe('unknown');
    // Redis has it all the same.
    await until(() => reader.reports.includes('room "once"'));
    proxy.hear();
    await healed(watched);
    const [top] = await reader.broker.tops(['room']);
    expect(await watched.broker.append('room', '"once"', options)).toEqual({
      type: 'appended',
      position: top?.type === 'top' ? top.top : undefined,
    });
    expect(await jsons(reader)).toEqual(['"once"']);
    expect(reader.reports.filter((one) => one.startsWith('room'))).toEqual(['room "once"']);
  });

  it('E55: a half-open connection of the subscriptions alone is found by the probe, while commands are answered', async () => {
    const redis = await redisServer();
    const [commands, subscriptions] = [await proxyTo(redis), await proxyTo(redis)];
    let made = 0;
    // The broker makes the client for commands first, and then that for subscriptions.
    const client = () => {
      const { port } = made % 2 === 0 ? commands : subscriptions;
      made += 1;
      return createClient({ RESP: 3, socket: { port, host: '127.0.0.1', reconnectStrategy: false } });
    };
    const watched = await connectedBroker({ client, deadlineMs: DEADLINE_MS, probeMs: 50 });
    await watched.broker.follow('room');
    subscriptions.stall();
    const other = await connectedBroker({ url: redis.url });
    const missed = await appended(other, '"missed"');
    await until(() => watched.broker.state === 'interrupted');
    expect(watched.broker.reason).toContain('the subscription is silent');
    expect(watched.reports).not.toContain('room "missed"');
    subscriptions.resume();
    await healed(watched);
    // The channel reads what it missed, and hears what comes.
    const [top] = await watched.broker.tops(['room']);
    expect(top).toEqual({ type: 'top', top: missed });
    expect(await jsons(watched)).toEqual(['"missed"']);
    await appended(other, '"heard"');
    await until(() => watched.reports.includes('room "heard"'));
  });

  it('E71: two brokers that use new channels at once get one epoch for each, also after the memory of Redis is lost', async () => {
    const redis = await redisServer();
    const [one, two] = [await connectedBroker({ url: redis.url }), await connectedBroker({ url: redis.url })];
    const epochsOf = async (name: string): Promise<ReadonlySet<string>> => {
      const positions = await Promise.all([
        topOf(one, name),
        appended(two, '1', name),
        appended(one, '2', name),
        topOf(two, name),
      ]);
      const offsets = [positions[1], positions[2]].map((position) => position?.offset);
      expect(offsets.toSorted()).toEqual([1, 2]);
      return new Set(positions.map(({ epoch }) => epoch));
    };
    const names = Array.from({ length: 200 }, (_, i) => `room:${i}`);
    const before = await Promise.all(names.map(epochsOf));
    expect(before.filter(({ size }) => size !== 1)).toEqual([]);
    await redis.command('FLUSHALL');
    const after = await Promise.all(names.map(epochsOf));
    expect(after.filter(({ size }) => size !== 1)).toEqual([]);
    // Each channel has another epoch, of its own.
    expect(new Set([...before, ...after].flatMap((epochs) => [...epochs])).size).toBe(2 * names.length);
  });

  it('E72: a position that the history has left behind during a slow read is lost, and never read with a hole', async () => {
    const redis = await redisServer();
    const watched = await connectedBroker({ url: redis.url });
    const kept = { size: 4, ms: 600_000 };
    const positions = [];
    for (let i = 1; i <= 4; i += 1) {
      const outcome = await watched.broker.append('room', String(i), { retention: kept });
      if (outcome.type === 'appended') positions.push(outcome.position);
    }
    const page = await watched.broker.read('room', positions[0], 1);
    expect(page.type === 'read' && page.publications.map(({ json }) => json)).toEqual(['2']);
    for (let i = 5; i <= 9; i += 1) await watched.broker.append('room', String(i), { retention: kept });
    // The next page would begin with 3, and the oldest is 6.
    expect((await watched.broker.read('room', positions[1], 1)).type).toBe('lost');
  });

  it('E67: a server that becomes a lagging replica and a master again under its connections has another history, and never the same', async () => {
    const [redis, lagging] = [await redisServer(), await redisServer()];
    await lagging.command('REPLICAOF', '127.0.0.1', String(redis.port));
    // No probe comes in between: the broker does not notice that the server was a replica for a while.
    const watched = await connectedBroker({ url: redis.url, probeMs: 3_600_000 });
    await watched.broker.follow('room');
    const common = await appended(watched, '"common"');
    await until(async () => (await lagging.command('EXISTS', 'sallyport:l:room').catch(() => 0)) === 1);
    await lagging.command('REPLICAOF', 'NO', 'ONE');
    const forked = await appended(watched, '"forked"');
    await redis.command('REPLICAOF', '127.0.0.1', String(lagging.port));
    await until(async () => String(await redis.command('INFO', 'replication')).includes('link_status:up'));
    await redis.command('REPLICAOF', 'NO', 'ONE');
    const after = await appended(watched, '"after"');
    expect(watched.news).toEqual(['connected']);
    expect([after.epoch, after.offset]).toEqual([forked.epoch, forked.offset]);
    expect(after.tag).not.toBe(forked.tag);
    await until(() => watched.reports.includes('room "after"'));
    expect((await watched.broker.read('room', forked, 10)).type).toBe('lost');
    const outcome = await watched.broker.read('room', common, 10);
    expect(outcome.type === 'read' && outcome.publications.map(({ prev, json }) => [prev, json])).toEqual([
      [common.tag, '"after"'],
    ]);
  });

  it('E50: brokers that start before Redis share their channels once it runs', async () => {
    const redis = await redisServer();
    await redis.kill();
    const [one, two] = [startBroker({ url: redis.url }), startBroker({ url: redis.url })];
    await until(() => [one, two].every(({ broker }) => broker.state === 'interrupted'));
    await redis.restart();
    await healed(one);
    await healed(two);
    await two.broker.follow('room');
    await appended(one, '"hello"');
    await until(() => two.reports.includes('room "hello"'));
  });

  async function topOf({ broker }: Watched, channel: string) {
    const outcome = await broker.follow(channel);
    if (outcome.type !== 'top') throw new Error(`follow answered ${JSON.stringify(outcome)}`);
    return outcome.top;
  }
});
