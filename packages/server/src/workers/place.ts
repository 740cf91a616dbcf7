/**
 * The place of one worker, and how long it stays empty after workers that ended.
 *
 * A worker that ends is replaced at once. If its successors end soon after their start, the pause doubles from 100 ms to 10 s, and is partly random.
 * Proven by: test/workers/supervisor.test.ts.
 */

/** The first pause, in milliseconds. */
const FIRST_MS = 100;
/** The longest pause, in milliseconds. */
const LONGEST_MS = 10_000;
/** A worker that has listened for this long, in milliseconds, was well. */
const STEADY_MS = 10_000;

export class Place<Worker> {
  /** The worker that has the place, or had it last. */
  worker: Worker | undefined;
  /** A successor starts beside the worker. */
  isRolling = false;
  /** The timer of the next start. */
  timer: unknown;
  /** Workers that ended soon after their start, in a row. */
  failures = 0;
  /** Whether a worker has listened here, or has ended. */
  hasSettled = false;
  #listenedAt: number | undefined;

  take(worker: Worker): void {
    this.worker = worker;
    this.#listenedAt = undefined;
  }

  listened(now: number): void {
    this.#listenedAt = now;
    this.hasSettled = true;
  }

  ended(now: number): void {
    const wasSteady = this.#listenedAt !== undefined && now - this.#listenedAt >= STEADY_MS;
    this.failures = wasSteady ? 1 : this.failures + 1;
    this.hasSettled = true;
  }

  /** The pause before the next start. `random` is from 0 to 1. */
  pauseMs(random: number): number {
    if (this.failures <= 1) return 0;
    const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.failures - 2));
    return Math.round(longest * (0.5 + random / 2));
  }
}
