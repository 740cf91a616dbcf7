/** Runs the timers of a client's session. Proven by: test/timers.test.ts. */
import { repeatMs, retryMs } from './backoff.ts';
import { type Chance, type Clock, LONGEST_MS } from './clock.ts';
import type { Command } from './commands.ts';
import { durations, type Timer } from './durations.ts';
import type { FactOf } from './facts.ts';

/** The share of a sign-in's lifetime after which it is renewed: the rest is time to fetch and to verify. */
const RENEWAL_SHARE = 0.8;

/** A failed renewal is tried again after half of the time that remains, unless that is shorter. */
const LEAST_RENEWAL_MS = 1_000;

/**
 * The last part of a deadline. If the event loop stalls, a timer may fire before events that arrived earlier are delivered.
 * So a deadline runs as two halves and this rest, one after the other: one stall uses up one part, and the parts that remain
 * let the arrived events be delivered before the deadline is judged.
 */
const DELIVERY_MS = 100;

export class Timers {
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #report: (fact: FactOf<`${Timer}.timedOut`>) => void;
  readonly #armed = new Map<Timer, unknown>();
  /** How long the sign-in lasts that a renewal was last armed for. */
  #expiresInMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, chance: Chance, report: (fact: FactOf<`${Timer}.timedOut`>) => void) {
    this.#clock = clock;
    this.#chance = chance;
    this.#report = report;
  }

  /**
   * Starts a timer, or restarts it. Returns its duration in milliseconds. An infinite duration needs no timer. `otherMs` is a
   * duration in place of the usual one.
   */
  arm(command: Extract<Command, { type: 'arm' }>, otherMs?: number): number {
    const { timer } = command;
    const ms = otherMs ?? this.#duration(command);
    this.disarm(timer);
    if (ms === Number.POSITIVE_INFINITY) return ms;
    if (timer in durations) this.#run(timer, [DELIVERY_MS, (ms - DELIVERY_MS) / 2, (ms - DELIVERY_MS) / 2]);
    // A sign-in that lasts longer than a timer can is renewed earlier.
    else this.#run(timer, [Math.min(LONGEST_MS, ms)]);
    return ms;
  }

  /** Restarts a timer if it runs. */
  rearm(timer: keyof typeof durations): void {
    if (this.#armed.has(timer)) this.arm({ type: 'arm', timer });
  }

  disarm(timer: Timer): void {
    if (!this.#armed.has(timer)) return;
    this.#clock.clearTimeout(this.#armed.get(timer));
    this.#armed.delete(timer);
  }

  disarmAll(): void {
    for (const timer of [...this.#armed.keys()]) this.disarm(timer);
  }

  /** Waits for each part, the last of the list first, and then reports the fact. */
  #run(timer: Timer, parts: number[]): void {
    const ring = () => {
      if (parts.length > 0) return this.#run(timer, parts);
      this.#armed.delete(timer);
      this.#report({ type: `${timer}.timedOut` });
    };
    this.#armed.set(timer, this.#clock.setTimeout(ring, parts.pop() as number));
  }

  #duration(command: Extract<Command, { type: 'arm' }>): number {
    switch (command.timer) {
      case 'retry':
        return retryMs(command.reason, command.failures, this.#chance);
      case 'repeat':
        return repeatMs(command.retryInMs, this.#chance);
      case 'renewal':
        if ('retryInMs' in command) return repeatMs(command.retryInMs, this.#chance);
        if ('failures' in command) return this.#renewalAgainMs(command.failures);
        this.#expiresInMs = command.expiresInMs;
        return command.expiresInMs * RENEWAL_SHARE;
      default:
        return durations[command.timer];
    }
  }

  /** Infinite if too little time remains. */
  #renewalAgainMs(failures: number): number {
    const ms = Math.round((this.#expiresInMs * (1 - RENEWAL_SHARE)) / 2 ** failures);
    return ms < LEAST_RENEWAL_MS ? Number.POSITIVE_INFINITY : ms;
  }
}
