/** The clock of this process, for `createSessions({ clock })`. The core has no clock of its own. Proven by: test/clock.test.ts. */
import type { Clock } from '@sallyport/core';
import { Deadline, Deadlines } from './deadlines.ts';

const deadlines = new Deadlines();

/** Timers and the monotonic time of this process. Timers of the same duration share one timer of Node. */
export const systemClock: Clock = {
  setTimeout: (callback, ms) => deadlines.add(callback, ms) ?? setTimeout(callback, ms),
  clearTimeout: (handle) => {
    if (handle instanceof Deadline) handle.cancel();
    else clearTimeout(handle as NodeJS.Timeout);
  },
  // Monotonic: a change of the wall clock must not end or extend a session.
  now: () => performance.now(),
  wallNow: () => Date.now(),
};
