/** The broker on Redis has every duty of the port: on a real redis-server, with a proxy before each node. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker } from '@sallyport/channels';
import { describeBroker } from '@sallyport/conformance/broker';
import { type FaultProxy, startFaultProxy } from '@sallyport/redis-tests/fault-proxy';
import { hasRedis, type RedisServer, startRedis } from '@sallyport/redis-tests/redis-server';
import { afterAll, beforeAll, describe } from 'vitest';
import { createRedisBroker } from '../src/index.ts';

/** The kit calls `pass` again until the time has come. */
const LONGEST_PAUSE_MS = 50;

describe.skipIf(!hasRedis)('on redis-server', () => {
  let redis: RedisServer;
  let stories = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  describeBroker(
    'the broker on Redis',
    ({ keyMs, deadlineMs }) => {
      stories += 1;
      const prefix = `story-${stories}`;
      const proxies = new Map<Broker, FaultProxy>();
      return {
        async createBroker() {
          const proxy = await startFaultProxy(redis.port);
          const broker = createRedisBroker({ url: proxy.url, prefix, keyMs, deadlineMs });
          proxies.set(broker, proxy);
          return broker;
        },
        pass: (ms) => sleep(Math.min(ms, LONGEST_PAUSE_MS)),
        cut: (broker) => proxies.get(broker)?.cut(),
        mend: (broker) => proxies.get(broker)?.mend(),
        hang: () => redis.freeze(),
        wake: () => redis.thaw(),
        forgetAll: async () => void (await redis.command('FLUSHALL')),
        async close() {
          redis.thaw();
          for (const proxy of proxies.values()) await proxy.close();
        },
      };
    },
    { cuts: true, hangs: true, forgets: true },
  );
});
