/**
 * The system's clock, the default of every option `clock`. Tests give a simulated one.
 *
 * The same as in @sallyport/listen, which is about listening ports and is not needed here.
 */
import type { Clock } from '@sallyport/core';

export const systemClock: Clock = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  // Monotonic: a change of the wall clock must not shorten a wait.
  now: () => performance.now(),
};
