/**
 * The one scheduler of a simulation: what happens next, on one simulated clock. Nothing else of a simulation runs by itself.
 *
 * A step is one callback, and then all promises that it settles. Proven by: test/scheduler.test.ts.
 */
import type { Clock } from '@sallyport/core';

/** The wall clock at the beginning: milliseconds since 1970. */
const WALL_START_MS = 1_700_000_000_000;

interface Appointment {
  readonly at: number;
  readonly order: number;
  /** Undefined once it has run or was cancelled. */
  callback: (() => void) | undefined;
}

/** The clock of one process. With the process, its timers end. */
export interface ProcessClock extends Required<Clock> {
  /** The timers that are armed. */
  readonly pending: number;
  /** Ends the process: none of its timers fires any more. */
  kill(): void;
}

export class Scheduler {
  now = 0;
  /** Callbacks that have run. */
  steps = 0;
  #orders = 0;
  /** A binary heap: the next one is first. */
  readonly #heap: Appointment[] = [];

  /** Calls back after `ms` milliseconds. Callbacks at the same time run in the order of these calls. */
  after(ms: number, callback: () => void): Appointment {
    this.#orders += 1;
    const appointment = { at: this.now + Math.max(0, ms), order: this.#orders, callback };
    this.#add(appointment);
    return appointment;
  }

  /** A clock for one process of the simulation. */
  process(): ProcessClock {
    const armed = new Set<Appointment>();
    let isAlive = true;
    return {
      now: () => this.now,
      wallNow: () => WALL_START_MS + this.now,
      setTimeout: (callback, ms) => {
        const appointment = this.after(ms, () => {
          armed.delete(appointment);
          if (isAlive) callback();
        });
        armed.add(appointment);
        return appointment;
      },
      clearTimeout: (handle) => {
        const appointment = handle as Appointment | undefined;
        if (!appointment || !armed.delete(appointment)) return;
        appointment.callback = undefined;
      },
      get pending() {
        return armed.size;
      },
      kill: () => {
        isAlive = false;
        for (const one of armed) one.callback = undefined;
        armed.clear();
      },
    };
  }

  /** Runs everything that is due by `until`. Calls `stepped` after every step. What was called since the last run settles first. */
  async run(until: number, stepped: () => void): Promise<void> {
    await settled();
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.now = next.at;
      this.steps += 1;
      const { callback } = next;
      next.callback = undefined;
      callback?.();
      await settled();
      stepped();
    }
    this.now = Math.max(this.now, until);
  }

  /** Takes the next appointment out of the heap, if it is due. */
  #next(until: number): Appointment | undefined {
    for (let first = this.#heap[0]; first && first.at <= until; first = this.#heap[0]) {
      this.#removeFirst();
      if (first.callback) return first;
    }
    return undefined;
  }

  #add(appointment: Appointment): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(appointment);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(appointment, heap[parent] as Appointment)) break;
      heap[index] = heap[parent] as Appointment;
      index = parent;
    }
    heap[index] = appointment;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Appointment;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right && isBefore(right, heap[child] as Appointment)) child += 1;
      if (!isBefore(heap[child] as Appointment, last)) break;
      heap[index] = heap[child] as Appointment;
      index = child;
    }
    heap[index] = last;
  }
}

const isBefore = (one: Appointment, other: Appointment): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** Resolves when no promise is left that can settle by itself. `setImmediate` runs after all of them. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
