import { SimulatedClock } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { MINIMUM_DELAY_MS, reachMinimumDelay } from '../src/minimum-delay.ts';

it.each([
  [0, 300],
  [60, 300],
  [300, 300],
  [301, 600],
  [700, 1_200],
  [2_400, 2_400],
  [2_401, 2_401],
])('an answer that took %d ms is given after %d ms', async (took, told) => {
  const clock = new SimulatedClock();
  clock.advance(1_000);
  const began = clock.now();
  clock.advance(took);
  let answeredAt: number | undefined;
  const reached = reachMinimumDelay(clock, MINIMUM_DELAY_MS, began).then(() => {
    answeredAt = clock.now() - began;
  });
  for (let ms = took; ms < told; ms += 1) {
    await Promise.resolve();
    expect(answeredAt).toBeUndefined();
    clock.advance(1);
  }
  await reached;
  expect(answeredAt).toBe(told);
});

it('A minimum delay of 0 does not wait', async () => {
  const clock = new SimulatedClock();
  await reachMinimumDelay(clock, 0, 0);
  expect(clock.pending).toBe(0);
});
