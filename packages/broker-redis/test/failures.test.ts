/**
 * Failures of Redis: what the broker answers meanwhile, what it reports, and that it heals by itself. The table in docs/operations/redis.md
 * has a line for each id here. Memory that is full: memory.test.ts. Answers that are lost, and several servers: several-servers.test.ts.
 */

import { createClient } from '@redis/client';
import { hasRedis } from '@sallyport/redis-tests/redis-server';
import { describe, expect, it } from 'vitest';
import type { RedisClient } from '../src/index.ts';
import {
  append,
  appended,
  changes,
  connectedBroker,
  healed,
  jsons,
  startBroker,
  until,
} from './with-broker.ts';
import { proxyTo, redisServer } from './with-redis.ts';

/** The words of Redis up to 7.0, and those of Redis 7.2 and Valkey. */
const REFUSED_IN_A_SCRIPT = /can't run this command|ACL failure in script/;

/** Short, so that a test need not wait; long enough for a slow machine to answer in. */
const DEADLINE_MS = 2_000;

describe.skipIf(!hasRedis)('on redis-server', () => {
  it('E50: Redis that is down at the start is unavailable, and connected once it runs', async () => {
    const redis = await redisServer();
    await redis.kill();
    const watched = startBroker({ url: redis.url });
    await until(() => watched.broker.state === 'interrupted');
    expect(watched.broker.reason).toContain('ECONNREFUSED');
    expect(watched.broker.latencyMs).toBeUndefined();
    expect(await append(watched)).toMatchObject({
      type: 'unavailable',
      reason: expect.stringMatching(/ECONNREFUSED/),
    });
    expect((await watched.broker.follow('room')).type).toBe('unavailable');
    // The node learns of the first connection, and of no interruption before it. The operator learns of both.
    expect(watched.reports).toEqual([]);
    await redis.restart();
    await healed(watched);
    expect(watched.reports).toEqual(['resumed']);
    expect(changes(watched)).toEqual(['interrupted', 'connected']);
    expect(watched.broker.latencyMs).toBeGreaterThan(0);
  });

  it('E51: Redis that is killed interrupts, and a position of the time before is lost if the log is', async () => {
    const redis = await redisServer();
    const watched = await connectedBroker({ url: redis.url });
    await watched.broker.follow('room');
    const before = await appended(watched);
    await redis.kill();
    await until(() => watched.broker.state === 'interrupted');
    expect((await append(watched)).type).toBe('unavailable');
    expect((await watched.broker.read('room', before, 10)).type).toBe('unavailable');
    await redis.restart();
    await healed(watched);
    expect((await watched.broker.read('room', before, 10)).type).toBe('lost');
    await appended(watched, '"new"');
    await until(() => watched.reports.includes('room "new"'));
    expect(changes(watched)).toEqual(['connected', 'interrupted', 'connected']);
  });

  it('E51: Redis that kept its log goes on with the same epoch', async () => {
    const redis = await redisServer('--appendonly', 'yes', '--appendfsync', 'always');
    const watched = await connectedBroker({ url: redis.url });
    const before = await appended(watched);
    await appended(watched, '2');
    await redis.restart();
    await healed(watched);
    const outcome = await watched.broker.read('room', before, 10);
    expect(outcome.type === 'read' && outcome.publications.map(({ json }) => json)).toEqual(['2']);
  });

  it('E52: slow Redis works while it answers within the deadline', async () => {
    const redis = await redisServer();
    const proxy = await proxyTo(redis);
    const watched = await connectedBroker({ url: proxy.url, deadlineMs: 60_000 });
    await watched.broker.follow('room');
    proxy.delay(200);
    await appended(watched, '"slow"');
    await until(() => watched.reports.includes('room "slow"'));
    expect(watched.broker.state).toBe('connected');
  });

  it('E53: Redis that is slower than the deadline answers unknown, is interrupted, and heals when it is fast', async () => {
    const redis = await redisServer();
    const proxy = await proxyTo(redis);
    const watched = await connectedBroker({ url: proxy.url, deadlineMs: DEADLINE_MS });
    proxy.delay(DEADLINE_MS);
    expect(await append(watched, '"late"')).toMatchObject({ type: 'unknown' });
    await until(() => watched.broker.state === 'interrupted');
    proxy.delay(0);
    await healed(watched);
    // It may have come late, and it may not have: so the outcome was `unknown`.
    expect([[], ['"late"']]).toContainEqual(await jsons(watched));
  });

  it('E58: Redis that is out of memory refuses appends, changes nothing, and goes on answering what it has', async () => {
    const redis = await redisServer('--maxmemory-policy', 'noeviction');
    const watched = await connectedBroker({ url: redis.url });
    const top = await appended(watched);
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    expect(await append(watched, '2')).toMatchObject({
      type: 'unavailable',
      reason: expect.stringMatching(/^OOM/),
    });
    expect(await watched.broker.follow('room')).toEqual({ type: 'top', top });
    expect(await jsons(watched)).toEqual(['1']);
    expect((await watched.broker.follow('new room')).type).toBe('unavailable');
    expect(watched.broker.state).toBe('connected');
    // A node that starts now can read.
    const other = await connectedBroker({ url: redis.url });
    expect(await jsons(other)).toEqual(['1']);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await healed(watched);
    await appended(watched, '3');
    expect(await jsons(watched)).toEqual(['1', '3']);
  });

  it('E59: a memory policy that drops channels is warned of', async () => {
    const redis = await redisServer('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
    const { news } = await connectedBroker({ url: redis.url });
    await until(() => news.length === 2);
    expect(news[1]).toBe(
      'warning: Redis may drop channels when its memory is full (maxmemory-policy allkeys-lru): set maxmemory-policy noeviction',
    );
  });

  it('E60: Redis that becomes a read-only replica is unavailable for reads too, and used again when it is promoted', async () => {
    const [redis, other] = [await redisServer(), await redisServer()];
    const watched = await connectedBroker({ url: redis.url });
    await appended(watched);
    await redis.command('REPLICAOF', '127.0.0.1', String(other.port));
    expect((await append(watched, '2')).type).toBe('unavailable');
    await until(() => watched.broker.state === 'interrupted');
    expect((await watched.broker.read('room', undefined, 1)).type).toBe('unavailable');
    await until(() => /READONLY|MASTERDOWN|LOADING/.test(watched.broker.reason ?? ''));
    await redis.command('REPLICAOF', 'NO', 'ONE');
    await healed(watched);
  });

  it('E61: Redis without enough replicas refuses appends, and takes them when there are enough', async () => {
    const redis = await redisServer();
    const watched = await connectedBroker({ url: redis.url });
    await redis.command('CONFIG', 'SET', 'min-replicas-to-write', '1');
    expect(await append(watched)).toMatchObject({
      type: 'unavailable',
      reason: expect.stringMatching(/^NOREPLICAS/),
    });
    expect(watched.broker.state).toBe('connected');
    await redis.command('CONFIG', 'SET', 'min-replicas-to-write', '0');
    await healed(watched);
    expect(await jsons(watched)).toEqual([]);
  });

  it('E64: a right that is taken away in the middle of a script makes the outcome unknown, and the tops tell what was not delivered', async () => {
    const redis = await redisServer();
    await redis.command('ACL', 'SETUSER', 'ada', 'on', '>secret', '~*', '&*', '+@all');
    const reader = await connectedBroker({ url: redis.url });
    const followed = await reader.broker.follow('room');
    const watched = await connectedBroker({ url: `redis://ada:secret@127.0.0.1:${redis.port}` });
    await redis.command('ACL', 'SETUSER', 'ada', '-publish');
    const outcome = await append(watched, '"silent"');
    expect(outcome).toMatchObject({ type: 'unknown', reason: expect.stringMatching(REFUSED_IN_A_SCRIPT) });
    await until(() => watched.broker.state === 'interrupted');
    expect(watched.broker.reason).toMatch(REFUSED_IN_A_SCRIPT);
    const [top] = await reader.broker.tops(['room']);
    expect(top?.type === 'top' && followed.type === 'top' && top.top.offset - followed.top.offset).toBe(1);
    expect(await jsons(reader)).toEqual(['"silent"']);
    await redis.command('ACL', 'SETUSER', 'ada', '+publish');
    await healed(watched);
  });

  it('E65: FLUSHALL begins new epochs, and a position of the time before is lost', async () => {
    const redis = await redisServer();
    const watched = await connectedBroker({ url: redis.url });
    await watched.broker.follow('room');
    const before = await appended(watched);
    await redis.command('FLUSHALL');
    expect((await watched.broker.read('room', before, 10)).type).toBe('lost');
    const after = await appended(watched, '"new"');
    expect(after.epoch).not.toBe(before.epoch);
    expect(after.offset).toBe(1);
    await until(() => watched.reports.includes('room "new"'));
    expect(watched.news).toEqual(['connected']);
  });

  it('E66: SCRIPT FLUSH makes one append unavailable, and the broker loads its scripts again', async () => {
    const redis = await redisServer();
    const watched = await connectedBroker({ url: redis.url });
    await redis.command('SCRIPT', 'FLUSH');
    const outcomes = await Promise.all(['1', '2', '3'].map((json) => append(watched, json)));
    expect(outcomes.map(({ type }) => type)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    await healed(watched);
    expect(await jsons(watched)).toEqual([]);
    expect(watched.reports).toEqual(['resumed', expect.stringContaining('interrupted: NOSCRIPT'), 'resumed']);
  });

  it('E53, E54: Redis that is stopped answers unknown within the deadline, and no more commands than the limit wait for it', async () => {
    const redis = await redisServer();
    const watched = await connectedBroker({ url: redis.url, deadlineMs: 10_000 });
    redis.freeze();
    const outcomes = await Promise.all(Array.from({ length: 16_400 }, () => append(watched)));
    const types = outcomes.map(({ type }) => type);
    expect(types.slice(0, 16_384).every((type) => type === 'unknown')).toBe(true);
    expect(types.slice(16_384).every((type) => type === 'unavailable')).toBe(true);
    await until(() => watched.broker.state === 'interrupted');
    expect(watched.broker.reason).toBeDefined();
    redis.thaw();
    await healed(watched);
  });

  it('E53: the probe finds Redis that is stopped, also without any use of a channel', async () => {
    const redis = await redisServer();
    const watched = await connectedBroker({ url: redis.url, deadlineMs: DEADLINE_MS, probeMs: 50 });
    redis.freeze();
    await until(() => watched.reports.length === 2);
    expect(watched.reports[1]).toMatch(/^interrupted: .*(no answer|answered nothing|did not arrive)/);
    redis.thaw();
    await healed(watched);
  });

  it('E55: the probe finds a connection that both ends believe to be open', async () => {
    const redis = await redisServer();
    const proxy = await proxyTo(redis);
    const watched = await connectedBroker({ url: proxy.url, deadlineMs: DEADLINE_MS, probeMs: 50 });
    proxy.stall();
    await until(() => watched.broker.state === 'interrupted');
    proxy.resume();
    await healed(watched);
  });

  it('E55: the probe finds a subscription that is silent on a connection that answers', async () => {
    const redis = await redisServer();
    let isSilent = false;
    const client = () => {
      const made = createClient({ RESP: 3, socket: { port: redis.port, host: '127.0.0.1' } });
      const client: RedisClient = {
        connect: () => made.connect(),
        sendCommand: (args) => made.sendCommand([...args]),
        subscribe: (channels, listener) =>
          made.subscribe(channels, (message, channel) => {
            if (!isSilent) listener(message, channel);
          }),
        unsubscribe: (channels, listener) => made.unsubscribe(channels, listener),
        on: (event, listener) => made.on(event, listener),
        destroy: () => made.destroy(),
      };
      return client;
    };
    const watched = await connectedBroker({ client, deadlineMs: DEADLINE_MS, probeMs: 50 });
    isSilent = true;
    await until(() => watched.broker.state === 'interrupted');
    expect(watched.broker.reason).toContain('the subscription is silent');
    isSilent = false;
    await healed(watched);
  });

  it.each([
    ['CLIENT KILL TYPE pubsub', ['CLIENT', 'KILL', 'TYPE', 'pubsub']],
    ['CLIENT KILL TYPE normal', ['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']],
  ])('E56: %s interrupts at most for a moment, and every channel is followed again', async (_, command) => {
    const redis = await redisServer();
    const watched = await connectedBroker({ url: redis.url });
    const channels = Array.from({ length: 1_200 }, (_, i) => `room:${i}`);
    await Promise.all(channels.map((channel) => watched.broker.follow(channel)));
    await redis.command(...command);
    await healed(watched);
    for (const channel of [channels[0], channels[600], channels[1_199]] as string[]) {
      await appended(watched, '"again"', channel);
      await until(() => watched.reports.includes(`${channel} "again"`));
    }
  });

  it('E57: Redis that cuts a node which reads too little interrupts it, and the log has what the node missed', async () => {
    const redis = await redisServer();
    const proxy = await proxyTo(redis);
    const [slow, fast] = [
      await connectedBroker({ url: proxy.url, deadlineMs: 60_000 }),
      await connectedBroker({ url: redis.url }),
    ];
    await slow.broker.follow('room');
    const before = await appended(fast);
    await redis.command('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 100kb 0 0');
    proxy.stall();
    const big = JSON.stringify('x'.repeat(100_000));
    // The buffers of the system take some megabytes first.
    await until(async () => {
      await Promise.all(Array.from({ length: 20 }, () => append(fast, big)));
      return ((await redis.command('PUBSUB', 'NUMSUB', 'sallyport:c:room')) as unknown[])[1] === 0;
    });
    proxy.resume();
    await until(() => slow.news.length > 1);
    await healed(slow);
    // At least 2 MB: an answer is not bound by the limit of messages.
    expect((await jsons(slow)).length).toBeGreaterThan(20);
    expect(['read', 'lost']).toContain((await slow.broker.read('room', before, 100)).type);
  });

  it('E67: a replica that lagged and is promoted has another history: what the lost master told is lost, and never taken for the same', async () => {
    const [master, replica] = [await redisServer(), await redisServer()];
    await replica.command('REPLICAOF', '127.0.0.1', String(master.port));
    const proxy = await proxyTo(master);
    const watched = await connectedBroker({ url: proxy.url });
    await watched.broker.follow('room');
    const common = await appended(watched, '"common"');
    await until(async () => (await replica.command('EXISTS', 'sallyport:l:room').catch(() => 0)) === 1);
    // From here on it has nothing new.
    await replica.command('REPLICAOF', 'NO', 'ONE');
    const forked = await appended(watched, '"lost with the master"');
    await master.kill();
    proxy.aim(replica.port);
    proxy.cutOnce();
    await healed(watched);
    const after = await appended(watched, '"on the replica"');
    expect([after.epoch, after.offset]).toEqual([forked.epoch, forked.offset]);
    expect(after.tag).not.toBe(forked.tag);
    expect((await watched.broker.read('room', forked, 10)).type).toBe('lost');
    const outcome = await watched.broker.read('room', common, 10);
    expect(outcome.type === 'read' && outcome.publications.map(({ json }) => json)).toEqual([
      '"on the replica"',
    ]);
  });

  it('E59: a channel whose counters were dropped begins anew, and one whose log was dropped tells what is lost', async () => {
    const redis = await redisServer();
    const watched = await connectedBroker({ url: redis.url });
    const before = await appended(watched);
    await redis.command('DEL', 'sallyport:m:room');
    expect((await watched.broker.read('room', before, 10)).type).toBe('lost');
    expect(await jsons(watched)).toEqual([]);
    const first = await appended(watched, '1');
    await appended(watched, '2');
    await redis.command('DEL', 'sallyport:l:room');
    expect((await watched.broker.read('room', first, 10)).type).toBe('lost');
    expect((await appended(watched, '3')).offset).toBe(3);
  });

  it('an observer that throws does not stop the broker', async () => {
    const redis = await redisServer();
    const fail = () => {
      throw new Error('of the observer');
    };
    const watched = await connectedBroker({
      url: redis.url,
      observe: { connected: fail, interrupted: fail },
    });
    await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until(() => watched.reports.length === 3);
    expect(watched.reports[2]).toBe('resumed');
  });
});
