/**
 * The floor: no refusal comes sooner, so that how long it took tells nothing of why.
 *
 * What took longer than the floor is held until the next doubling of it (as OpenSSH does in `auth2.c`): else a busy
 * server, or a hash that costs more than others, would tell after all. Proven by: test/floor.test.ts.
 */
import type { Clock } from '@sallyport/core';

/** Milliseconds: five times what a hash takes, and not long for a person who mistyped. */
export const MINIMUM_DELAY_MS = 300;

/** It is doubled so often; what takes longer still is not held any more, since the core's own limit (5 s) is near. */
const DOUBLINGS = 3;

/** Resolves at the floor, counted from `began` on the same clock. */
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
