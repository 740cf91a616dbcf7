/** The clock: a port, in XState's shape plus `now`. Adapters bring the system's clock, and tests a simulated one. */
export interface Clock {
  /** Calls back once, after at least `ms` milliseconds (0 to 2³¹−1), never from inside this call. Returns a handle. */
  setTimeout(callback: () => void, ms: number): unknown;
  /** Stops a timer. Does nothing for a timer that has run. */
  clearTimeout(handle: unknown): void;
  /** Monotonic milliseconds from any fixed point. Changes of the wall clock must not show here. */
  now(): number;
  /**
   * The wall clock: milliseconds since 1970, as `Date.now`. Core needs it for `expiresAtMs` only. Without it, only `expiresInMs`
   * ends a session.
   */
  wallNow?(): number;
}
