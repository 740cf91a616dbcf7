/**
 * The clock of Node, for a broker that was given none.
 *
 * Proven by: test/ports.test.ts, test/failures.test.ts.
 */
import type { Clock } from '@sallyport/core';

/** What the broker needs of a clock: timers, and milliseconds that never go back. It does not use the time of day. */
export type BrokerClock = Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>;

export const systemClock: BrokerClock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};
