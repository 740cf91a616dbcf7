/**
 * The system's clock, for whoever is given no other: floors wait by it, and tests give a simulated one.
 *
 * The same as in @sallyport/listen, which is about ports, and none of which is needed to ask who may enter.
 */
import type { Clock } from '@sallyport/core';

export const systemClock: Clock = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  // Monotonic: a wall clock that is set must not shorten a wait.
  now: () => performance.now(),
};
