/**
 * The sweep: one timer, about every second, for the limits of all sessions that need not be exact.
 *
 * Its time counts sweeps. So after the process was suspended or busy for long, no peer counts as silent for that time: the
 * pongs that have arrived are read before the next sweep.
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

  /** `finest` is the shortest duration that the sweep has to measure, in milliseconds. */
  constructor(clock: Clock, finest: number, sweep: (round: number) => void) {
    this.#clock = clock;
    this.periodMs = Math.min(LONGEST_MS, finest);
    this.#sweep = sweep;
  }

  /** Milliseconds that the sweep has counted so far. */
  get nowMs(): number {
    return this.#round * this.periodMs;
  }

  /** Runs until `stop`. It runs only while there is a session, so that an idle server has no timer. */
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
