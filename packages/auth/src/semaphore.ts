/**
 * Slots: at most so many at once, at most so many more that wait, and nobody beyond.
 *
 * Hashes take a core and 19 MiB each and hold a thread of libuv's pool, which file system and DNS need as well: queued
 * without a bound they starve the whole process. First come, first served; but those that are known come before those that are
 * not, and have places to wait that the others cannot take. Proven by: test/slots.test.ts.
 */
import { availableParallelism } from 'node:os';

/** Whoever waits is out at once if this aborts. Read only by whoever has to wait. */
export interface Abandonable {
  readonly signal: AbortSignal;
}

/** - `in`: has a slot, and must `leave` it. - `full`: neither a slot nor a place to wait. - `abandoned`: nobody waits any more. */
export type Entry = 'in' | 'full' | 'abandoned';

export class Semaphore {
  readonly #most: number;
  readonly #mostWaiting: number;
  readonly #mostKnown: number;
  readonly #waiting = new Set<() => void>();
  /** Those that wait and are known; they go first. */
  readonly #known = new Set<() => void>();
  #taken = 0;

  /** `mostWaiting` are the places for everyone, `reserved` the places besides them for those that are known. */
  constructor(most: number, mostWaiting: number, reserved = 0) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
    this.#mostKnown = mostWaiting + reserved;
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.size + this.#known.size;
  }

  enter(context: Abandonable, isKnown = false): 'in' | 'full' | Promise<Entry> {
    if (this.enterIfFree()) return 'in';
    const queue = isKnown ? this.#known : this.#waiting;
    if (isKnown ? this.waiting >= this.#mostKnown : queue.size >= this.#mostWaiting) return 'full';
    const { signal } = context;
    if (signal.aborted) return Promise.resolve('abandoned');
    return new Promise((resolve) => {
      const goIn = () => resolve('in');
      queue.add(goIn);
      signal.addEventListener('abort', () => {
        // Whoever is in already has been taken out of the queue, and leaves by itself.
        if (queue.delete(goIn)) resolve('abandoned');
      });
    });
  }

  /** For what need not be done now. Never waits. */
  enterIfFree(): boolean {
    if (this.#taken >= this.#most) return false;
    this.#taken += 1;
    return true;
  }

  leave(): void {
    const queue = this.#known.size > 0 ? this.#known : this.#waiting;
    const [next] = queue;
    if (next === undefined) {
      this.#taken -= 1;
      return;
    }
    // The slot goes from hand to hand, so that nobody who comes now gets in between.
    queue.delete(next);
    next();
  }
}

/** As many as there are cores, and one thread of libuv's pool (4, or `UV_THREADPOOL_SIZE`) for everybody else. */
export function defaultConcurrency(): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE']) || 4;
  return Math.max(1, Math.min(availableParallelism(), threads - 1));
}
