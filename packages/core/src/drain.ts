/**
 * A drain: tells every session that it began, in batches, so that not all clients come back at the same moment.
 *
 * For that there is half of the drain's time: the other half, at least, is left to each for the replies that it owes.
 * Proven by: test/session/draining.test.ts.
 */
import type { Clock } from './ports/clock.ts';

/** Time a session adds to the spread: at once for a handful, all there is for thousands. */
const PER_SESSION_MS = 1;
const BATCH_EVERY_MS = 20;

/** Calls `tell` for each within `maxMs`. */
export function spread<T>(all: readonly T[], maxMs: number, clock: Clock, tell: (one: T) => void): void {
  const batches = Math.max(1, Math.floor(Math.min(maxMs, all.length * PER_SESSION_MS) / BATCH_EVERY_MS));
  const size = Math.ceil(all.length / batches);
  const next = (from: number) => {
    for (const one of all.slice(from, from + size)) tell(one);
    if (from + size < all.length) clock.setTimeout(() => next(from + size), BATCH_EVERY_MS);
  };
  next(0);
}
