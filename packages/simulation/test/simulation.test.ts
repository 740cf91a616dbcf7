/** Runs of a fixed number of seeds: no rule is broken, everything happens, and the same seed gives the same log. */
import { expect, it } from 'vitest';
import { FAULTS, neverReached, run, simulate } from '../src/index.ts';
import { failureText } from '../src/summary.ts';

const RUNS = Number(process.env['RUNS'] ?? 60);

it('on logs in memory no run breaks a promise, and every kind of fault happens', async () => {
  const result = await simulate({ seed: 1, runs: RUNS, events: 300, faults: FAULTS, broker: 'memory' });
  expect(result.failure ? failureText(result.failure) : 'no rule was broken').toBe('no rule was broken');
  const { counters, cells } = neverReached(result, 'memory');
  expect(counters).toEqual([]);
  // Cells that need what no actor does, such as a full inbox. The command prints them.
  expect(cells.filter((cell) => cell.startsWith('channel: ')).length).toBeLessThan(10);
  expect(cells.filter((cell) => cell.startsWith('client channel: ')).length).toBeLessThan(16);
  expect(result.cells.size).toBeGreaterThan(160);
});

it('without faults nothing is lost, and no promise is broken', async () => {
  const result = await simulate({ seed: 1, runs: 10, events: 300, faults: [] });
  expect(result.failure && failureText(result.failure)).toBeUndefined();
  expect(result.counts.get('fault.reported.channels')).toBeUndefined();
});

it('the same seed gives the same log, byte for byte, and another seed another one', async () => {
  const first = await run({ seed: 7, log: true });
  expect((await run({ seed: 7, log: true })).log).toBe(first.log);
  expect(first.log.split('\n').length).toBeGreaterThan(300);
  expect((await run({ seed: 8, log: true })).log).not.toBe(first.log);
});

it('an event that is left out changes no other one', async () => {
  const { happened } = await run({ seed: 9 });
  const only = happened.map(({ index }) => index).filter((index) => index % 2 === 0);
  const half = await run({ seed: 9, only });
  expect(half.happened.length).toBeGreaterThan(50);
  for (const { index } of half.happened) expect(only).toContain(index);
});
