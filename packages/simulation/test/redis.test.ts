/** Runs of the real broker on a model of Redis: no promise is broken, every fault of Redis happens, and a seed repeats byte for byte. */
import { expect, it } from 'vitest';
import { ACTIONS } from '../src/actions.ts';
import { FAULTS, run, simulate } from '../src/index.ts';
import { failureText } from '../src/summary.ts';

const RUNS = Number(process.env['RUNS'] ?? 60) / 2;

/** What must happen beside every action of Redis. */
const HAPPENS = [
  'fault.redis.answers',
  'redis.connected',
  'redis.interrupted',
  'published',
  'recovered',
  'notRecovered',
  'lost',
  'answer.unavailable',
  'answer.unknown',
];

it('on a model of Redis no run breaks a promise, and every fault of Redis happens', async () => {
  const result = await simulate({ seed: 1, runs: RUNS, events: 300, faults: FAULTS, broker: 'redis' });
  expect(result.failure ? failureText(result.failure) : 'no rule was broken').toBe('no rule was broken');
  const actions = Object.keys(ACTIONS)
    .filter((name) => name.startsWith('redis.'))
    .map((name) => `action.${name}`);
  expect(actions.length).toBeGreaterThan(9);
  expect([...actions, ...HAPPENS].filter((name) => !result.counts.has(name))).toEqual([]);
});

it('without faults the broker connects once for each server that starts, and nothing is lost', async () => {
  const result = await simulate({ seed: 1, runs: 5, events: 300, faults: [], broker: 'redis' });
  expect(result.failure && failureText(result.failure)).toBeUndefined();
  expect(result.counts.get('redis.connected')).toBe(10);
  expect(result.counts.get('redis.interrupted')).toBeUndefined();
});

it('the same seed gives the same log on Redis, byte for byte', async () => {
  const plan = { seed: 7, broker: 'redis', log: true } as const;
  const first = await run(plan);
  expect((await run(plan)).log).toBe(first.log);
  expect(first.log).toContain('redis interrupted: ');
});

it('a third of the seeds has Redis as its broker', async () => {
  const kinds = await Promise.all(
    [1, 2, 3].map(async (seed) => (await run({ seed, events: 1, faults: [] })).counts.has('redis.connected')),
  );
  expect(kinds).toEqual([false, false, true]);
});
