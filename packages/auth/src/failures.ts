/**
 * Counts failures by key in a store, and computes the wait that they cause.
 *
 * If the store rejects, throws or does not answer, there is no wait, and the fault is reported. Proven by: test/throttled.test.ts.
 */
import type { Clock } from '@sallyport/core';
import type { FailureStore } from './failure-store.ts';

/** The wait after the first failure. Each further failure doubles it. */
const FIRST_WAIT_MS = 1_000;
/** Milliseconds after the last failure after which all failures of a key are forgotten. */
const FORGET_MS = 15 * 60_000;
/** Limit for each call of the store: two of them fit within the core's 5 s for a verification. */
const STORE_MS = 1_000;

export class Failures {
  readonly #store: FailureStore;
  readonly #clock: Clock;
  readonly #report: (error: Error) => void;
  /** By key, the last count under way. */
  readonly #counting = new Map<string, Promise<void>>();

  constructor(store: FailureStore, clock: Clock, report: (error: Error) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#report = report;
  }

  /** Milliseconds until the next attempt of this key may be verified, 0 for now; `undefined` if the key has no failures. */
  async waitOf(key: string, longestMs: number): Promise<number | undefined> {
    const record = await this.#failOpen(() => this.#store.get(key));
    if (!record || record.consumedPoints < 1 || record.msBeforeNext <= 0) return undefined;
    const waited = Math.max(0, FORGET_MS - record.msBeforeNext);
    return Math.max(0, Math.min(longestMs, FIRST_WAIT_MS * 2 ** (record.consumedPoints - 1)) - waited);
  }

  /** Counts one failure. For each key one after the other: or many failures at once would count as one. */
  async count(key: string): Promise<void> {
    const counted = (this.#counting.get(key) ?? Promise.resolve()).then(async () => {
      const failures = (await this.#failOpen(() => this.#store.get(key)))?.consumedPoints ?? 0;
      await this.#failOpen(() => this.#store.set(key, failures + 1, FORGET_MS / 1_000));
    });
    this.#counting.set(key, counted);
    await counted;
    if (this.#counting.get(key) === counted) this.#counting.delete(key);
  }

  async forget(key: string): Promise<void> {
    await this.#failOpen(() => this.#store.delete(key));
  }

  #failOpen<T>(call: () => Promise<T>): Promise<T | null> {
    return new Promise((resolve) => {
      const failed = (error: unknown) => {
        this.#clock.clearTimeout(deadline);
        this.#report(error instanceof Error ? error : new Error(String(error)));
        resolve(null);
      };
      const deadline = this.#clock.setTimeout(
        () => failed(new Error(`the store of failures did not answer within ${STORE_MS} ms`)),
        STORE_MS,
      );
      const answered = (answer: T) => {
        this.#clock.clearTimeout(deadline);
        resolve(answer);
      };
      try {
        call().then(answered, failed);
      } catch (error) {
        failed(error);
      }
    });
  }
}
