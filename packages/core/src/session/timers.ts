/**
 * The timers of one session that run. Each ends in the fact `<timer>.timedOut`.
 *
 * What comes round for every session (heartbeat, silence, stalls, late replies) hangs on one sweep and has no timer.
 */
import { type FactOf, type Timer, timedOut } from '../machine/facts.ts';
import type { Clock } from '../ports/clock.ts';

type TimerFact = FactOf<`${Timer}.timedOut`>;

/** Runtimes keep a delay in 32 bits and fire at once beyond (Node: `TIMEOUT_MAX`); longer ones are armed in parts. */
const LONGEST_MS = 2 ** 31 - 1;

/** Whoever is told: the session. */
export interface TimersOwner {
  take(fact: TimerFact): void;
}

/** The armed timers of one session. A session holds one of these only while something is armed. */
export class Timers {
  readonly #clock: Clock;
  readonly #owner: TimersOwner;
  /** Handles of the clock's; a fixed shape, since every sign-in makes one. */
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

  /** Starts one that does not run. */
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
