/** Two servers of different kinds over one Redis: what one decides about a user counts on both. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Device } from '../src/device.ts';
import { type FaultProxy, startFaultProxy } from '../src/fault-proxy.ts';
import { hasRedis, type RedisServer, startRedis } from '../src/redis-server.ts';
import { hasUws, ServerProcess } from '../src/server-process.ts';

const second = (await hasUws()) ? 'sallyport-uws' : 'sallyport-ws';

describe.skipIf(!hasRedis)('two servers over one Redis', () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  interface Cluster {
    readonly redis: RedisServer;
    /** Between the second server and Redis. */
    readonly proxy: FaultProxy;
    readonly one: ServerProcess;
    readonly two: ServerProcess;
  }

  /** Resolves once both servers are connected to Redis. */
  async function cluster(...args: string[]): Promise<Cluster> {
    const redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
    closers.push(() => redis.close());
    const proxy = await startFaultProxy(redis.port);
    closers.push(() => proxy.close());
    const start = async (name: 'sallyport-ws' | 'sallyport-uws', url: string) => {
      const server = await ServerProcess.start(name, ['--redis', url, ...args]);
      closers.push(() => server.kill());
      return server;
    };
    const one = await start('sallyport-ws', redis.url);
    const two = await start(second, proxy.url);
    for (const server of [one, two]) await until(() => server.events('broker.connected').length > 0);
    return { redis, proxy, one, two };
  }

  async function until(condition: () => unknown): Promise<void> {
    while (!(await condition())) await sleep(20);
  }

  async function signedIn(server: ServerProcess, credentials?: string): Promise<Device> {
    const device = await Device.signIn(server.url, credentials);
    closers.push(() => device.close());
    return device;
  }

  async function revoke({ admin }: ServerProcess, user = 'admin'): Promise<unknown> {
    return (await fetch(`${admin}/users/${user}/revoke`, { method: 'POST' })).json();
  }

  it('E46: a revocation on one of them ends the sessions on both', async () => {
    const { one, two } = await cluster();
    const [here, there] = [await signedIn(one), await signedIn(two)];
    expect(await revoke(two)).toEqual({ user: 'admin', revoked: 1, outcome: 'everywhere' });
    expect([await here.ended, await there.ended]).toEqual([4403, 4403]);
    // A user who may sign in comes back, on both.
    await signedIn(one);
    await signedIn(two);
    expect(two.events('revocation.everywhere')).toHaveLength(1);
    for (const server of [one, two]) expect(await server.stop()).toBe(0);
  });

  it('E46: a revocation reaches a server that was cut off from Redis, when it is back', async () => {
    const { proxy, one, two } = await cluster();
    const before = await signedIn(two);
    proxy.cut();
    await until(() => two.events('broker.interrupted').length > 0);
    expect(await revoke(one)).toMatchObject({ outcome: 'everywhere' });
    const meanwhile = await signedIn(two);
    expect([before.code, meanwhile.code]).toEqual([undefined, undefined]);
    proxy.mend();
    expect([await before.ended, await meanwhile.ended]).toEqual([4403, 4403]);
    await signedIn(two);
  });

  it('E47: a revocation while Redis is down is hereOnly, and everywhere once Redis is back', async () => {
    const { redis, one, two } = await cluster();
    const [here, there] = [await signedIn(one), await signedIn(two)];
    await redis.kill();
    await until(() => one.events('broker.interrupted').length > 0);
    expect(await revoke(one)).toEqual({ user: 'admin', revoked: 1, outcome: 'hereOnly' });
    expect(await here.ended).toBe(4403);
    expect(there.code).toBeUndefined();
    expect(one.events('revocation.hereOnly')).toHaveLength(1);
    const metrics = async () => (await fetch(`${one.admin}/metrics`)).text();
    expect(await metrics()).toContain('sallyport_revocations_pending 1\n');
    await redis.restart();
    expect(await there.ended).toBe(4403);
    await until(() => one.events('revocation.everywhere').length === 1);
    expect(await metrics()).toContain('sallyport_revocations_pending 0\n');
  });

  it('E47: a server that ends while a revocation is hereOnly says that it is given up, and for which user', async () => {
    const { redis, one } = await cluster();
    await redis.kill();
    await until(() => one.events('broker.interrupted').length > 0);
    expect(await revoke(one)).toMatchObject({ outcome: 'hereOnly' });
    expect(await one.stop()).toBe(0);
    expect(one.events('revocation.givenUp')).toMatchObject([{ level: 'error', user: 'admin' }]);
  });

  it('E48: of two sign-ins at once on two servers, one session stays', async () => {
    const { one, two } = await cluster('--newest-sign-in-wins');
    for (let round = 0; round < 5; round += 1) {
      const both = await Promise.all([signedIn(one), signedIn(two)]);
      await Promise.race(both.map(({ ended }) => ended));
      const [loser, ...others] = both.filter(({ code }) => code !== undefined);
      expect([loser?.code, others]).toEqual([4409, []]);
      const [winner] = both.filter(({ code }) => code === undefined);
      // It is the newest for both servers: the next sign-in ends it.
      await signedIn(round % 2 === 0 ? one : two);
      expect(await winner?.ended).toBe(4409);
    }
  });

  it('E48: a sign-in on a server that is cut off counts when it is back, and one session stays', async () => {
    const { proxy, one, two } = await cluster('--newest-sign-in-wins');
    const older = await signedIn(one);
    proxy.cut();
    await until(() => two.events('broker.interrupted').length > 0);
    const newer = await signedIn(two);
    expect(older.code).toBeUndefined();
    proxy.mend();
    expect(await older.ended).toBe(4409);
    expect(newer.code).toBeUndefined();
  });

  it('E49: a log of revocations that Redis has lost is told to the operator, and both servers go on with a new one', async () => {
    const { redis, one, two } = await cluster();
    const device = await signedIn(two);
    expect(await revoke(one, 'nobody')).toMatchObject({ outcome: 'everywhere' });
    await redis.command('FLUSHALL');
    expect(await revoke(one, 'nobody')).toMatchObject({ outcome: 'everywhere' });
    await until(() => two.events('control.lost').length > 0);
    expect(two.events('control.lost')[0]).toMatchObject({ log: 'revocations' });
    expect(await (await fetch(`${two.admin}/metrics`)).text()).toContain(
      'sallyport_revocations_lost_total 1\n',
    );
    // The control goes on in the new log.
    expect(device.code).toBeUndefined();
    expect(await revoke(one)).toMatchObject({ outcome: 'everywhere' });
    expect(await device.ended).toBe(4403);
  });
});
