/**
 * The permissions that end by themselves. One timer runs for the first of them.
 *
 * It looks at the wall clock at least every ten seconds, so a permission ends in time also if the clock was corrected or the process was suspended.
 * Proven by: test/session/authorization.test.ts.
 */
import type { Clock } from '@sallyport/core';
import type { Permission } from '../ports/authorizer.ts';
import type { Subscription } from './subscription.ts';

const LONGEST_MS = 10_000;

/** Whether a permission has ended by now. */
export function hasEnded({ untilMs }: Permission, clock: Clock): boolean {
  return untilMs !== undefined && untilMs <= (clock.wallNow?.() ?? Number.POSITIVE_INFINITY);
}

export class Permissions {
  readonly #clock: Clock;
  readonly #end: (subscription: Subscription) => void;
  readonly #ending = new Set<Subscription>();
  #timer: unknown;
  /** The wall clock's time for which the timer runs. */
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, end: (subscription: Subscription) => void) {
    this.#clock = clock;
    this.#end = end;
  }

  /** The subscription has a permission, perhaps another than before. */
  watch(subscription: Subscription): void {
    const { untilMs } = subscription.permission;
    if (untilMs === undefined) {
      this.forget(subscription);
      return;
    }
    this.#ending.add(subscription);
    if (untilMs < this.#armedFor) this.#arm(untilMs);
  }

  /** The subscription has ended. */
  forget(subscription: Subscription): void {
    this.#ending.delete(subscription);
    if (this.#ending.size === 0) this.clear();
  }

  clear(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#ending.clear();
  }

  #arm(untilMs: number): void {
    this.#clock.clearTimeout(this.#timer);
    this.#armedFor = untilMs;
    const remaining = Math.max(0, untilMs - (this.#clock.wallNow?.() ?? untilMs));
    this.#timer = this.#clock.setTimeout(() => this.#look(), Math.ceil(Math.min(remaining, LONGEST_MS)));
  }

  #look(): void {
    const now = this.#clock.wallNow?.() ?? Number.POSITIVE_INFINITY;
    for (const subscription of [...this.#ending]) {
      const hasEnded = (subscription.permission.untilMs ?? Number.POSITIVE_INFINITY) <= now;
      if (hasEnded && this.#ending.delete(subscription)) this.#end(subscription);
    }
    let next = Number.POSITIVE_INFINITY;
    for (const { permission } of this.#ending) next = Math.min(next, permission.untilMs ?? next);
    this.#armedFor = Number.POSITIVE_INFINITY;
    if (this.#ending.size > 0) this.#arm(next);
  }
}
