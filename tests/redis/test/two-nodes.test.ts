/** Two people on two servers of different kinds talk through one Redis, whatever happens to Redis and to the servers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RequestError } from '@sallyport/client';
import { afterEach, describe, expect, it } from 'vitest';
import { startFaultProxy } from '../src/fault-proxy.ts';
import { lossesWithin, Person, problemsOf } from '../src/person.ts';
import { hasRedis, type RedisServer, startRedis } from '../src/redis-server.ts';
import { hasUws, ServerProcess } from '../src/server-process.ts';

/** The publications that a demo channel keeps. */
const HISTORY = 50;

const second = (await hasUws()) ? 'sallyport-uws' : 'sallyport-ws';

describe.skipIf(!hasRedis)('two servers over one Redis', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function redisServer(...args: string[]): Promise<RedisServer> {
    const redis = await startRedis(args);
    closers.push(() => redis.close());
    return redis;
  }

  /** A server of each kind. */
  async function twoNodes(url: string): Promise<readonly [ServerProcess, ServerProcess]> {
    const start = async (name: 'sallyport-ws' | 'sallyport-uws') => {
      const server = await ServerProcess.start(name, ['--redis', url]);
      closers.push(() => server.kill());
      return server;
    };
    return [await start('sallyport-ws'), await start(second)];
  }

  function person(name: string, { url }: ServerProcess): Person {
    const one = new Person(name, url, 'demo:room');
    closers.push(() => one.close());
    return one;
  }

  async function until(condition: () => unknown): Promise<void> {
    while (!(await condition())) await sleep(20);
  }

  /** Both publish again and again until `act` is done, and both then read a last publication of each. */
  async function talk(people: readonly Person[], act: () => Promise<void>): Promise<void> {
    let isDone = false;
    const publishing = people.map(async (one) => {
      while (!isDone) {
        await one.publish().catch((error) => {
          // On a slow machine the client may give up.
          if (!(error instanceof RequestError)) throw error;
        });
        await sleep(5);
      }
    });
    await act();
    isDone = true;
    await Promise.all(publishing);
    for (const one of people) {
      await one.publish();
      const last = one.told.at(-1)?.data ?? '';
      await until(() => people.every(({ read }) => read.includes(last)));
    }
  }

  const untilEachHasPublished = (people: readonly Person[], count: number) => {
    const aims = people.map(({ told }) => told.length + count);
    return until(() => people.every(({ told }, i) => told.length >= (aims[i] ?? 0)));
  };

  it('two people on servers of different kinds read each other, in one order', async () => {
    const redis = await redisServer();
    const [one, two] = await twoNodes(redis.url);
    const people = [person('ada', one), person('bob', two)];
    await until(() => people.every(({ isLive }) => isLive));
    await talk(people, () => untilEachHasPublished(people, 20));
    expect(problemsOf(people)).toEqual([]);
    const [ada, bob] = people.map(({ read }) => read);
    expect(ada).toEqual(bob);
    expect(ada).toHaveLength((people[0]?.told.length ?? 0) + (people[1]?.told.length ?? 0));
    expect(one.events('broker.connected')).toHaveLength(1);
    expect((await fetch(`${one.admin}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${two.admin}/metrics`)).text()).toContain(
      'sallyport_broker_connected{broker="redis"} 1',
    );
    for (const server of [one, two]) expect(await server.stop()).toBe(0);
  });

  it('E51: Redis that is killed and comes back with its log loses nothing, sessions go on, and users sign in meanwhile', async () => {
    const redis = await redisServer('--appendonly', 'yes', '--appendfsync', 'always');
    const [one, two] = await twoNodes(redis.url);
    const people = [person('ada', one), person('bob', two)];
    await until(() => people.every(({ isLive }) => isLive));
    const talkers = [...people];
    await talk(people, async () => {
      for (let round = 0; round < 2; round += 1) {
        await untilEachHasPublished(talkers, 5);
        await redis.kill();
        await until(() => one.events('broker.interrupted').length > round);
        await until(() => two.events('broker.interrupted').length > round);
        const late = person(`late ${round}`, one);
        await until(() => late.isSignedIn);
        const ready = await fetch(`${one.admin}/readyz`);
        expect([ready.status, await ready.json()]).toEqual([
          503,
          { status: 'notReady', checks: { server: 'ok', broker: 'interrupted', certificate: 'ok' } },
        ]);
        await redis.restart();
        await until(() => late.isLive);
        people.push(late);
      }
    });
    expect(problemsOf(people)).toEqual([]);
    for (const { items } of people) expect(items.filter(({ type }) => type === 'lost')).toEqual([]);
    const [ada, bob] = people.map(({ read }) => new Set(read));
    expect(ada).toEqual(bob);
    // What was answered with a position is there, and once.
    for (const { told } of people) for (const { data } of told) expect(ada?.has(data)).toBe(true);
    expect(ada?.size).toBe(people[0]?.read.length);
    // One line for each change.
    for (const server of [one, two]) {
      const changes = server.log.filter(({ event }) => event.startsWith('broker.')).map(({ event }) => event);
      expect(changes.filter((event) => event === 'broker.connected')).toHaveLength(3);
      expect(changes[0]).toBe('broker.connected');
      expect(changes.at(-1)).toBe('broker.connected');
    }
  });

  it('E51: Redis that comes back empty is told as a loss to everybody, and the talk goes on', async () => {
    const redis = await redisServer();
    const [one, two] = await twoNodes(redis.url);
    const people = [person('ada', one), person('bob', two)];
    await until(() => people.every(({ isLive }) => isLive));
    await talk(people, async () => {
      await untilEachHasPublished(people, 5);
      await redis.restart();
      await untilEachHasPublished(people, 5);
    });
    expect(problemsOf(people)).toEqual([]);
    for (const { items } of people) expect(items.some(({ type }) => type === 'lost')).toBe(true);
  });

  it('E73: a server that is killed while both talk loses nothing that the history has', async () => {
    const redis = await redisServer();
    const [one, two] = await twoNodes(redis.url);
    const people = [person('ada', one), person('bob', two)];
    await until(() => people.every(({ isLive }) => isLive));
    await talk(people, async () => {
      for (const server of [two, one]) {
        await untilEachHasPublished(people, 5);
        await server.restart();
      }
      await untilEachHasPublished(people, 5);
    });
    expect(problemsOf(people)).toEqual([]);
    for (const one of people) expect(lossesWithin(HISTORY, one)).toEqual([]);
  });

  it('E74: a server that drains while both talk loses nothing that the history has, and exits with 0', async () => {
    const redis = await redisServer();
    const [one, two] = await twoNodes(redis.url);
    const people = [person('ada', one), person('bob', two)];
    await until(() => people.every(({ isLive }) => isLive));
    await talk(people, async () => {
      for (const server of [two, one]) {
        await untilEachHasPublished(people, 5);
        expect(await server.stop()).toBe(0);
        await server.restart();
      }
      await untilEachHasPublished(people, 5);
    });
    expect(problemsOf(people)).toEqual([]);
    for (const one of people) expect(lossesWithin(HISTORY, one)).toEqual([]);
  });

  it('E67: a replica that lagged and is promoted under live clients is told as a loss, and no two histories become one', async () => {
    const [master, replica] = [await redisServer(), await redisServer()];
    await replica.command('REPLICAOF', '127.0.0.1', String(master.port));
    const proxy = await startFaultProxy(master.port);
    closers.push(() => proxy.close());
    const [one, two] = await twoNodes(proxy.url);
    const people = [person('ada', one), person('bob', two)];
    await until(() => people.every(({ isLive }) => isLive));
    await talk(people, async () => {
      await untilEachHasPublished(people, 5);
      await until(
        async () => (await replica.command('EXISTS', 'sallyport:l:demo:room').catch(() => 0)) === 1,
      );
      // From here on the replica lags: what the master tells is lost with it.
      await replica.command('REPLICAOF', 'NO', 'ONE');
      await untilEachHasPublished(people, 5);
      await master.kill();
      proxy.aim(replica.port);
      await untilEachHasPublished(people, 5);
    });
    expect(problemsOf(people)).toEqual([]);
    for (const { items } of people) expect(items.some(({ type }) => type === 'lost')).toBe(true);
  });
});
