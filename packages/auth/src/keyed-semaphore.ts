/**
 * Turns: how many attempts of one account or source may be under way at once, and who waits for a turn.
 *
 * Until the first of them fails nobody knows that they are guesses, so this is how many guesses are free. Whoever has
 * left (its signal aborts) has no turn any more, whatever becomes of it: a backend that never answers must not keep
 * out who comes when it is well again. Proven by: test/throttled.test.ts.
 */
import { type Abandonable, Semaphore } from './semaphore.ts';

export interface Turn {
  readonly key: string;
  readonly most: number;
  /** Who may wait; beyond them nobody is taken. */
  readonly mostWaiting: number;
}

export class KeyedSemaphore {
  /** Of the keys that somebody has a turn of. */
  readonly #slots = new Map<string, Semaphore>();

  /** How many others had a turn of each when this one got its own; or nothing if there is no room, or nobody waits any more. */
  async take(turns: readonly Turn[], context: Abandonable): Promise<Taken | undefined> {
    const taken: string[] = [];
    const others: number[] = [];
    for (const { key, most, mostWaiting } of turns) {
      const slots = this.#slots.get(key) ?? new Semaphore(most, mostWaiting);
      this.#slots.set(key, slots);
      const entered = slots.enter(context);
      const entry = typeof entered === 'string' ? entered : await entered;
      if (entry !== 'in') {
        this.#leave(taken);
        return undefined;
      }
      taken.push(key);
      others.push(slots.taken - 1);
    }
    let isOver = false;
    const giveBack = () => {
      if (isOver) return;
      isOver = true;
      this.#leave(taken);
      signal.removeEventListener('abort', giveBack);
    };
    const { signal } = context;
    signal.addEventListener('abort', giveBack);
    if (!signal.aborted) return { others, giveBack };
    giveBack();
    return undefined;
  }

  #leave(keys: readonly string[]): void {
    for (const key of keys) {
      const slots = this.#slots.get(key);
      slots?.leave();
      if (slots?.taken === 0) this.#slots.delete(key);
    }
  }
}

export interface Taken {
  /** In the order of the turns. */
  readonly others: readonly number[];
  /** Idempotent; done by itself when the signal aborts. */
  giveBack(): void;
}
