/** The clock: a port. XState's shape plus `now`; adapters bring the system's, tests a simulated one. */
export interface Clock {
  /** Calls back once, after at least `ms` milliseconds (at most 2³¹−1), and never from inside this call. */
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  /** Milliseconds from some fixed point, never going back: wall-clock jumps must not be seen here. */
  now(): number;
}
