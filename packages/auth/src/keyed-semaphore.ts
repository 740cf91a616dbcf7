/**
 * A semaphore for each key: bounds how many attempts of one account or source are verified at once.
 *
 * Until the first of them fails, they do not count as guesses: so this is the number of free guesses. An attempt whose signal aborts
 * gives its slot back, whatever becomes of it: so a backend that never answers does not block the attempts that come after it has
 * recovered. Proven by: test/throttled.test.ts.
 */
import { type Abandonable, Semaphore } from './semaphore.ts';

export interface KeyLimit {
  readonly key: string;
  /** Attempts at once. */
  readonly most: number;
  /** Attempts that may wait. Past it an attempt gets no slot. */
  readonly mostWaiting: number;
}

export interface Slot {
  /** Attempts of the same key that had a slot already. */
  readonly others: number;
  /** Idempotent. Happens by itself when the signal aborts. */
  giveBack(): void;
}

export class KeyedSemaphore {
  /** By key, as long as at least one slot is taken. */
  readonly #semaphores = new Map<string, Semaphore>();

  /** `undefined` if there is no room, or the signal has aborted. */
  async take({ key, most, mostWaiting }: KeyLimit, context: Abandonable): Promise<Slot | undefined> {
    const semaphore = this.#semaphores.get(key) ?? new Semaphore(most, mostWaiting);
    this.#semaphores.set(key, semaphore);
    const entered = semaphore.enter(context);
    const entry = typeof entered === 'string' ? entered : await entered;
    if (entry !== 'in') return undefined;
    const others = semaphore.taken - 1;
    let isGivenBack = false;
    const giveBack = () => {
      if (isGivenBack) return;
      isGivenBack = true;
      semaphore.leave();
      if (semaphore.taken === 0) this.#semaphores.delete(key);
      signal.removeEventListener('abort', giveBack);
    };
    const { signal } = context;
    signal.addEventListener('abort', giveBack);
    if (!signal.aborted) return { others, giveBack };
    giveBack();
    return undefined;
  }
}
