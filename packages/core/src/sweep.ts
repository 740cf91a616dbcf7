/**
 * The sweep: one timer for everything that comes round for every session and need not be exact, about every second.
 *
 * Its time counts sweeps, not the clock. So a process that stood still (suspended, or busy for long) does not take the
 * silence it did not listen to for its peers' silence: their pongs are read before the next sweep.
 */
import type { Clock } from './ports/clock.ts';

/** Fine enough for limits of many seconds, and cheap: a few comparisons per session. */
const LONGEST_MS = 1_000;

export class Sweep {
  readonly periodMs: number;
  readonly #clock: Clock;
  readonly #sweep: (round: number) => void;
  #handle: unknown;
  #isRunning = false;
  #round = 0;

  /** `finest` is the shortest of the times that hang on the sweep. */
  constructor(clock: Clock, finest: number, sweep: (round: number) => void) {
    this.#clock = clock;
    this.periodMs = Math.min(LONGEST_MS, finest);
    this.#sweep = sweep;
  }

  /** Milliseconds of sweeping so far. */
  get nowMs(): number {
    return this.#round * this.periodMs;
  }

  /** Runs until stopped; only while there is a session, so that an idle server has no timer. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#arm();
  }

  stop(): void {
    this.#isRunning = false;
    this.#clock.clearTimeout(this.#handle);
  }

  #arm(): void {
    this.#handle = this.#clock.setTimeout(() => {
      this.#arm();
      this.#round += 1;
      this.#sweep(this.#round);
    }, this.periodMs);
  }
}
