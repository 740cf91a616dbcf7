/** The clock of this process, for `createSessions({ clock })`. The core has no clock of its own. */
import type { Clock } from '@sallyport/core';

/** Timers and the monotonic time of this process. */
export const systemClock: Clock = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  // Monotonic: a change of the wall clock must not end or extend a session.
  now: () => performance.now(),
  wallNow: () => Date.now(),
};
