/** The sweep of presences: one timer, about every second, while there are changes to send or users who may come back. */
import type { Clock } from '@sallyport/core';
import type { Presence } from './presence.ts';

export class PresenceSweep {
  readonly #clock: Clock;
  readonly #periodMs: number;
  readonly #presences = new Set<Presence>();
  #timer: unknown;
  #isRunning = false;
  #isClosed = false;

  constructor(clock: Clock, periodMs: number) {
    this.#clock = clock;
    this.#periodMs = periodMs;
  }

  /** This presence has something to do. */
  add(presence: Presence): void {
    if (this.#isClosed) return;
    this.#presences.add(presence);
    if (!this.#isRunning) this.#arm();
  }

  /** Ends for good: a presence that comes later is not swept. */
  close(): void {
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#timer);
    this.#presences.clear();
  }

  #arm(): void {
    this.#isRunning = true;
    this.#timer = this.#clock.setTimeout(() => this.#sweep(), this.#periodMs);
  }

  #sweep(): void {
    const due = [...this.#presences];
    this.#presences.clear();
    for (const presence of due) if (presence.swept()) this.#presences.add(presence);
    this.#isRunning = this.#presences.size > 0;
    if (this.#isRunning) this.#arm();
  }
}
