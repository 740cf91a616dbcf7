/** The running timers of one channel. Each reports the fact `<timer>.timedOut`. */
import type { Clock } from '@sallyport/core';
import type { ChannelLimits } from '../limits.ts';
import { type Timer, timedOut } from '../machine/facts.ts';

/** The first wait for a broker that did not answer, and the longest, in milliseconds. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** What the timers need of their channel. */
export interface ChannelTimersOwner {
  readonly environment: { readonly clock: Clock; readonly limits: ChannelLimits; random(): number };
  take(fact: (typeof timedOut)[Timer]): void;
}

export class ChannelTimers {
  readonly #owner: ChannelTimersOwner;
  /** Made for the first timer: most channels run none. */
  #armed: Map<Timer, unknown> | undefined;

  constructor(owner: ChannelTimersOwner) {
    this.#owner = owner;
  }

  /** Starts a timer, unless it runs. */
  arm(timer: Timer, failures: number): void {
    this.#armed ??= new Map();
    const armed = this.#armed;
    if (armed.has(timer)) return;
    const fire = () => {
      armed.delete(timer);
      this.#owner.take(timedOut[timer]);
    };
    armed.set(timer, this.#owner.environment.clock.setTimeout(fire, this.#durationOf(timer, failures)));
  }

  disarm(timer: Timer): void {
    if (!this.#armed?.has(timer)) return;
    this.#owner.environment.clock.clearTimeout(this.#armed.get(timer));
    this.#armed.delete(timer);
  }

  /** Stops all. */
  clear(): void {
    for (const timer of this.#armed?.keys() ?? []) this.disarm(timer);
  }

  /** Retries are spread, so that the channels of a node do not ask at once. */
  #durationOf(timer: Timer, failures: number): number {
    const { limits } = this.#owner.environment;
    if (timer === 'tail') return limits.tailMs;
    if (timer === 'idle') return limits.idleMs;
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
    return Math.ceil(longest * (0.5 + this.#owner.environment.random() / 2));
  }
}
