/**
 * Failures: counted by key in a store, and how long each makes wait.
 *
 * A store that rejects, throws or does not answer keeps nobody out, and that is told. Proven by:
 * test/throttled.test.ts.
 */
import type { Clock } from '@sallyport/core';
import type { FailureStore } from './failure-store.ts';

/** After the first failure; doubled by each one more. */
const FIRST_WAIT_MS = 1_000;
/** After the last failure. */
const FORGET_MS = 15 * 60_000;
/** Each look-up; two of them still fit within the core's 5 s for a verification. */
const STORE_MS = 1_000;

export class Failures {
  readonly #store: FailureStore;
  readonly #clock: Clock;
  readonly #tell: (error: Error) => void;
  /** By key, the last that counts. */
  readonly #counting = new Map<string, Promise<void>>();

  constructor(store: FailureStore, clock: Clock, tell: (error: Error) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** In how many milliseconds this key may be looked at again, 0 if it may be now; `undefined` if it has not failed of late. */
  async waitOf(key: string, longestMs: number): Promise<number | undefined> {
    const record = await this.#failOpen(() => this.#store.get(key));
    if (!record || record.consumedPoints < 1 || record.msBeforeNext <= 0) return undefined;
    const waited = Math.max(0, FORGET_MS - record.msBeforeNext);
    return Math.max(0, Math.min(longestMs, FIRST_WAIT_MS * 2 ** (record.consumedPoints - 1)) - waited);
  }

  /** One after the other for each key, or many failures at once would count as one. */
  async count(key: string): Promise<void> {
    const turn = (this.#counting.get(key) ?? Promise.resolve()).then(async () => {
      const failures = (await this.#failOpen(() => this.#store.get(key)))?.consumedPoints ?? 0;
      await this.#failOpen(() => this.#store.set(key, failures + 1, FORGET_MS / 1_000));
    });
    this.#counting.set(key, turn);
    await turn;
    if (this.#counting.get(key) === turn) this.#counting.delete(key);
  }

  async forget(key: string): Promise<void> {
    await this.#failOpen(() => this.#store.delete(key));
  }

  #failOpen<T>(ask: () => Promise<T>): Promise<T | null> {
    return new Promise((resolve) => {
      const failed = (error: unknown) => {
        this.#clock.clearTimeout(deadline);
        this.#tell(error instanceof Error ? error : new Error(String(error)));
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
        ask().then(answered, failed);
      } catch (error) {
        failed(error);
      }
    });
  }
}
