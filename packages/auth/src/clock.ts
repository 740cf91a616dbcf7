/** The system's clock, for whoever is given no other: floors wait by it, and tests give a simulated one. */
import type { Clock } from '@sallyport/core';

export const systemClock: Clock = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  // Monotonic: a wall clock that is set must not shorten a wait.
  now: () => performance.now(),
};
