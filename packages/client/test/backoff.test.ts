/** Full jitter, by the table of reasons. */
import { reasons } from '@sallyport/protocol';
import { expect, it } from 'vitest';
import { retryMs } from '../src/backoff.ts';

it('doubles what there is to choose from, up to half a minute', () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 1_000].map((failures) =>
    retryMs('connectionLost', failures, () => 1),
  );
  expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(retryMs('connectionLost', 5, () => 0)).toBe(0);
});

it('is never before the table says', () => {
  for (const [reason, { notBeforeMs }] of Object.entries(reasons))
    expect(retryMs(reason as keyof typeof reasons, 0, () => 0)).toBe(notBeforeMs);
});

it('is at once where a fresh token helps, but only the first time', () => {
  expect(retryMs('expired', 0, () => 1)).toBe(0);
  expect(retryMs('expired', 1, () => 1)).toBe(2_000);
});

it('knows no row for what is no server’s reason', () => {
  expect(retryMs('credentialsFailed', 0, () => 1)).toBe(1_000);
});
