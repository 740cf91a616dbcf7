/** The system's clock: the core has none of its own. */
import type { Clock } from '@sallyport/core';

export const systemClock: Clock = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  // Monotonic: a wall clock that is set must not end or extend a session.
  now: () => performance.now(),
  wallNow: () => Date.now(),
};
