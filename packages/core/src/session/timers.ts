/**
 * The running timers of one session. Each reports the fact `<timer>.timedOut`.
 *
 * Pings, silence, stalls and late replies have no timer here: one sweep checks them for all sessions.
 */
import { type FactOf, type Timer, timedOut } from '../machine/facts.ts';
import type { Clock } from '../ports/clock.ts';

type TimerFact = FactOf<`${Timer}.timedOut`>;

/**
 * Runtimes store a delay in 32 bits, and fire at once for a longer one (Node: `TIMEOUT_MAX`). So a long delay runs in parts.
 */
const LONGEST_MS = 2 ** 31 - 1;

/** What the timers need of their session. */
export interface TimersOwner {
  take(fact: TimerFact): void;
}

/** The armed timers of one session. A session holds one of these only while something is armed. */
export class Timers {
  readonly #clock: Clock;
  readonly #owner: TimersOwner;
  /** Handles of the clock. A fixed shape, because every sign-in makes this object. */
  readonly #armed: Record<Timer, unknown> = {
    authentication: undefined,
    verification: undefined,
    expiry: undefined,
    draining: undefined,
    closing: undefined,
  };
  #size = 0;

  constructor(clock: Clock, owner: TimersOwner) {
    this.#clock = clock;
    this.#owner = owner;
  }

  get size(): number {
    return this.#size;
  }

  /** Starts a timer that does not run. `ms` may exceed 2³¹−1. */
  arm(timer: Timer, ms: number): void {
    const part = Math.min(ms, LONGEST_MS);
    const fire = () => {
      this.#forget(timer);
      if (part < ms) this.arm(timer, ms - part);
      else this.#owner.take(timedOut[timer]);
    };
    this.#armed[timer] = this.#clock.setTimeout(fire, part);
    this.#size += 1;
  }

  disarm(timer: Timer): void {
    const handle = this.#armed[timer];
    if (handle === undefined) return;
    this.#clock.clearTimeout(handle);
    this.#forget(timer);
  }

  #forget(timer: Timer): void {
    this.#armed[timer] = undefined;
    this.#size -= 1;
  }
}
