/** The wait before the next attempt: full jitter, by the table of reasons. */
import { reasons } from '@sallyport/protocol';
import { expect, it } from 'vitest';
import { retryMs } from '../src/backoff.ts';

it('S5: the range of the wait doubles with each failure, up to 30 s', () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 1_000].map((failures) =>
    retryMs('connectionLost', failures, () => 1),
  );
  expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(retryMs('connectionLost', 5, () => 0)).toBe(0);
});

it('S5: 1000 clients that lost a server together come back spread over the first second, and later wider', () => {
  const chance = lehmer(1);
  for (const [failures, seconds] of [
    [0, 1],
    [3, 8],
    [5, 30],
  ] as const) {
    const tenths = new Map<number, number>();
    for (let client = 0; client < 1_000; client += 1) {
      const tenth = Math.floor(retryMs('connectionLost', failures, chance) / 100);
      tenths.set(tenth, (tenths.get(tenth) ?? 0) + 1);
    }
    // Evenly spread it would be 1000 / (10 × seconds) in each tenth of a second.
    expect(Math.max(...tenths.values())).toBeLessThan(2 * (100 / seconds) + 20);
  }
});

/** A generator of random numbers with a seed, so that the test is the same in each run. */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

it('the wait is never shorter than the table of reasons says', () => {
  for (const [reason, { notBeforeMs }] of Object.entries(reasons))
    expect(retryMs(reason as keyof typeof reasons, 0, () => 0)).toBe(notBeforeMs);
});

it('the wait after an expiry is 0 the first time only', () => {
  expect(retryMs('expired', 0, () => 1)).toBe(0);
  expect(retryMs('expired', 1, () => 1)).toBe(2_000);
});

it('a reason of the client alone has the default range', () => {
  expect(retryMs('credentialsFailed', 0, () => 1)).toBe(1_000);
});
