/**
 * The minimum delay of a refusal: so the time that a refusal takes does not show its reason.
 *
 * A refusal that took longer is held until the next doubling of the delay, as OpenSSH does it in `auth2.c`: or a busy server, or a
 * hash of a higher cost, would show the reason after all. Proven by: test/minimum-delay.test.ts.
 */
import type { Clock } from '@sallyport/core';

/** Milliseconds: five times the time of a hash, and short for a person who mistyped. */
export const MINIMUM_DELAY_MS = 300;

/** The delay is doubled this often. A refusal that takes longer still is not held: the core's limit of 5 s is near. */
const DOUBLINGS = 3;

/** Resolves at the end of the delay, which began at `began` on the same clock. */
export function reachMinimumDelay(clock: Clock, minimumMs: number, began: number): Promise<void> {
  const elapsed = clock.now() - began;
  let due = minimumMs;
  for (let doubled = 0; due < elapsed && doubled < DOUBLINGS; doubled += 1) due *= 2;
  const ms = due - elapsed;
  if (!(ms > 0)) return Promise.resolve();
  return new Promise((resolve) => {
    clock.setTimeout(resolve, ms);
  });
}
