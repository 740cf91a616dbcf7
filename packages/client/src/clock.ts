/** The two ports that let a test simulate a session: time and chance. The default is the system's own. */

/** Timers as the runtime has them. For tests. */
export interface Clock {
  /** Calls `callback` once, after `ms` milliseconds (at most 2^31 - 1). Returns a handle for `clearTimeout`. */
  setTimeout(callback: () => void, ms: number): unknown;
  /** Stops a timer. A handle whose timer has fired is ignored. */
  clearTimeout(handle: unknown): void;
}

/** Returns a random number from 0 (included) to 1 (excluded), as `Math.random` does. */
export type Chance = () => number;

/** The longest delay of a timer: runtimes keep it in 32 bits. */
export const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
};
