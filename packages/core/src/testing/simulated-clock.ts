/** A clock for tests that moves only when a test calls `advance`. */
import type { Clock } from '../ports/clock.ts';

interface Appointment {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that starts at 0 and moves only with `advance`. Its wall clock starts at 0 (1970) too. */
export class SimulatedClock implements Clock {
  #now = 0;
  #wallOffset = 0;
  /** In the order in which they were armed. Timers that are due at the same time run in that order. */
  readonly #appointments = new Set<Appointment>();

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#now + this.#wallOffset;
  }

  /** Moves only the wall clock by `ms` milliseconds, as the sleep of a computer or a correction of its clock does. */
  moveWallClock(ms: number): void {
    this.#wallOffset += ms;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const appointment = { at: this.#now + ms, callback };
    this.#appointments.add(appointment);
    return appointment;
  }

  clearTimeout(handle: unknown): void {
    this.#appointments.delete(handle as Appointment);
  }

  /** The number of armed timers. */
  get pending(): number {
    return this.#appointments.size;
  }

  /** Moves the clock by `ms` milliseconds, and runs all timers that fall due, in the order of time. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#nextBy(until); next; next = this.#nextBy(until)) {
      this.#appointments.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = until;
  }

  #nextBy(until: number): Appointment | undefined {
    let next: Appointment | undefined;
    for (const one of this.#appointments) if (one.at <= until && (!next || one.at < next.at)) next = one;
    return next;
  }
}
