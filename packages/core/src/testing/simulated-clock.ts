/** A clock that stands still until it is told to go on. No test ever waits. */
import type { Clock } from '../ports/clock.ts';

interface Appointment {
  readonly at: number;
  readonly callback: () => void;
}

export class SimulatedClock implements Clock {
  #now = 0;
  /** In the order of their making; who is due at the same time goes in that order. */
  readonly #appointments = new Set<Appointment>();

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const appointment = { at: this.#now + ms, callback };
    this.#appointments.add(appointment);
    return appointment;
  }

  clearTimeout(handle: unknown): void {
    this.#appointments.delete(handle as Appointment);
  }

  /** Timers that are armed. */
  get pending(): number {
    return this.#appointments.size;
  }

  /** Goes on by so many milliseconds, calling back all that fall due, in the order of time. */
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
