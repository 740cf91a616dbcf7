/**
 * A clock of which each timer rings by itself, when it is told to: no path has to be timed so that one timer comes before
 * another. Timers are told apart by how long they run, which `durations` makes different for each.
 */
import type { Clock, Timer } from '@sallyport/core';

export const durations: Readonly<Record<Timer, number>> = {
  authentication: 60_001,
  verification: 60_002,
  expiry: 60_003,
  draining: 60_004,
  closing: 60_005,
};

/** How often the sessions look round. */
export const SWEEP_MS = 1_000;

interface Appointment {
  readonly callback: () => void;
  readonly ms: number;
}

export class RingingClock implements Clock {
  readonly #appointments = new Set<Appointment>();

  /** It stands still: what rings, rings too early. */
  now(): number {
    return 0;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const appointment = { callback, ms };
    this.#appointments.add(appointment);
    return appointment;
  }

  clearTimeout(handle: unknown): void {
    this.#appointments.delete(handle as Appointment);
  }

  /** Whether there was one. */
  ring(ms: number): boolean {
    const due = [...this.#appointments].find((one) => one.ms === ms);
    if (!due) return false;
    this.#appointments.delete(due);
    due.callback();
    return true;
  }
}
