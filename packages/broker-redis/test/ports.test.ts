/** The clock and the random numbers of the broker are ports: with those of a test, nothing depends on time or on chance. */
import { SimulatedClock } from '@sallyport/core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { createRedisBroker, type RedisBroker, type RedisClient } from '../src/index.ts';

/** A Redis that answers at once, as far as connecting needs it, with what was asked of it. */
class QuickRedis {
  /** Whether messages of pub/sub arrive. */
  isSilent = false;
  readonly asked: (readonly string[])[] = [];
  #listener: (message: string, subject: string) => unknown = () => {};

  readonly client = (): RedisClient => ({
    connect: async () => {},
    sendCommand: async (args) => {
      this.asked.push(args);
      if (args[0] === 'PUBLISH' && !this.isSilent) this.#listener(args[2] ?? '', args[1] ?? '');
      return '';
    },
    subscribe: async (_, listener) => {
      this.#listener = listener;
    },
    unsubscribe: async () => {},
    on: () => {},
    destroy: () => {},
  });
}

interface Started {
  readonly broker: RedisBroker;
  readonly redis: QuickRedis;
  readonly clock: SimulatedClock;
}

async function start(random: () => number): Promise<Started> {
  const redis = new QuickRedis();
  const clock = new SimulatedClock();
  const broker = createRedisBroker({ client: redis.client, clock, random, probeMs: 1_000, deadlineMs: 500 });
  onTestFinished(() => broker.close());
  broker.start({ publicationArrived() {}, interrupted() {}, resumed() {} });
  await settled();
  expect(broker.state).toBe('connected');
  return { broker, redis, clock };
}

/** Resolves when no promise is left that can settle by itself. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('brokers with the same random numbers ask the same of Redis, in epochs, tags and names too', async () => {
  const asked = await Promise.all(
    [0.3, 0.3, 0.7].map(async (number) => {
      const { broker, redis } = await start(() => number);
      await broker.append('room', '1', { retention: { size: 1, ms: 1 } });
      return JSON.stringify(redis.asked);
    }),
  );
  expect(asked[0]).toBe(asked[1]);
  expect(asked[0]).not.toBe(asked[2]);
});

it('the clock of the broker says when it probes, and when a subscription counts as silent', async () => {
  const { broker, redis, clock } = await start(() => 0.5);
  redis.isSilent = true;
  clock.advance(1_499);
  await settled();
  expect(broker.state).toBe('connected');
  clock.advance(1);
  await settled();
  expect(broker.state).toBe('interrupted');
  expect(broker.reason).toContain('the subscription is silent');
});

it('a broker that is closed while its probe is under way leaves no timer', async () => {
  const { broker, redis, clock } = await start(() => 0.5);
  redis.isSilent = true;
  clock.advance(1_000);
  await settled();
  await broker.close();
  await settled();
  expect(clock.pending).toBe(0);
});
