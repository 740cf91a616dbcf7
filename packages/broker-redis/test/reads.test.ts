/** A node that follows many channels reads all of their logs at once after an interruption. */
import { hasRedis, startRedis } from '@sallyport/redis-tests/redis-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CallsAtOnce } from '../src/calls-at-once.ts';
import { connectedBroker, KEPT } from './with-broker.ts';

/** More than the commands that may wait for their answers. */
const MANY = 20_000;

describe('calls at once', () => {
  it('are bounded, keep their order, and the end of each begins the next, whether it fails or not', async () => {
    const calls = new CallsAtOnce(2);
    const begun: number[] = [];
    const ends: ((fails: boolean) => void)[] = [];
    const all = [0, 1, 2, 3, 4].map((number) =>
      calls.run(() => {
        begun.push(number);
        return new Promise<number>((resolve, reject) => {
          ends[number] = (fails) => (fails ? reject(new Error('no')) : resolve(number));
        });
      }),
    );
    const settled = Promise.allSettled(all);
    expect(begun).toEqual([0, 1]);
    ends[1]?.(true);
    await all[1]?.catch(() => {});
    expect(begun).toEqual([0, 1, 2]);
    for (const number of [0, 2]) {
      ends[number]?.(false);
      await all[number];
    }
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    for (const number of [3, 4]) ends[number]?.(false);
    expect((await settled).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      ...['fulfilled', 'fulfilled', 'fulfilled'],
    ]);
    // All turns are free again.
    expect(await Promise.all([5, 6].map((number) => calls.run(async () => number)))).toEqual([5, 6]);
  });
});

describe.skipIf(!hasRedis)('on redis-server', () => {
  it('reads of more channels than commands may wait are all answered, and a publication meanwhile is made', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const { broker } = await connectedBroker({ url: redis.url, deadlineMs: 120_000 });
    await broker.append('c0', '1', { retention: KEPT });
    const reads = Array.from({ length: MANY }, (_, index) => broker.read(`c${index}`, undefined, 10));
    const made = broker.append('c1', '2', { retention: KEPT });
    const outcomes = new Map<string, number>();
    for (const { type } of await Promise.all(reads)) outcomes.set(type, (outcomes.get(type) ?? 0) + 1);
    expect(Object.fromEntries(outcomes)).toEqual({ read: MANY });
    expect((await made).type).toBe('appended');
  });
});
