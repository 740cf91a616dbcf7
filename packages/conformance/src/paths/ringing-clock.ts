/**
 * A clock on which a test rings each timer by itself, so that the order of timers does not depend on time. The clock knows a timer
 * by its duration, which `durations` makes different for each.
 */
import type { Clock, Timer } from '@sallyport/core';

export const durations: Readonly<Record<Timer, number>> = {
  authentication: 60_001,
  verification: 60_002,
  expiry: 60_003,
  draining: 60_004,
  closing: 60_005,
};

/** Time between two sweeps of the sessions. */
export const SWEEP_MS = 1_000;

interface Appointment {
  readonly callback: () => void;
  readonly ms: number;
}

export class RingingClock implements Clock {
  readonly #appointments = new Set<Appointment>();

  /** Time stands still. */
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

  /** Rings the timer of this duration. Returns whether there was one. */
  ring(ms: number): boolean {
    const due = [...this.#appointments].find((one) => one.ms === ms);
    if (!due) return false;
    this.#appointments.delete(due);
    due.callback();
    return true;
  }
}
