/**
 * The drain starts in every session, batch by batch, so that not all clients reconnect at the same moment.
 *
 * All batches start within the first half of the drain's time. So each session has at least the other half for its replies.
 * Proven by: test/session/draining.test.ts.
 */
import type { Clock } from './ports/clock.ts';

/** Milliseconds that each session adds to the spread: a few sessions drain at once, thousands use all the time there is. */
const PER_SESSION_MS = 1;
const BATCH_EVERY_MS = 20;

/** Calls `start` for each of them, spread over at most `maxMs` milliseconds. */
export function spread<T>(all: readonly T[], maxMs: number, clock: Clock, start: (one: T) => void): void {
  const batches = Math.max(1, Math.floor(Math.min(maxMs, all.length * PER_SESSION_MS) / BATCH_EVERY_MS));
  const size = Math.ceil(all.length / batches);
  const next = (from: number) => {
    for (const one of all.slice(from, from + size)) start(one);
    if (from + size < all.length) clock.setTimeout(() => next(from + size), BATCH_EVERY_MS);
  };
  next(0);
}
