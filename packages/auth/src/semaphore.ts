/**
 * A counting semaphore with a bounded queue: a number of attempts at once, a number that wait, and no more.
 *
 * Each hash takes a core, 19 MiB, and a thread of libuv's pool, which the file system and DNS need too: an unbounded queue would
 * starve the process. The queue is in order of arrival. Attempts that are marked as known come first, and have places in the queue
 * that others cannot take. Proven by: test/semaphore.test.ts.
 */
import { availableParallelism } from 'node:os';

/** An attempt that leaves the queue when the signal aborts. The signal is read only if the attempt has to wait. */
export interface Abandonable {
  readonly signal: AbortSignal;
}

/**
 * - `in`: it has a slot, and must call `leave`.
 * - `full`: there is neither a slot nor a place in the queue.
 * - `abandoned`: its signal aborted.
 */
export type Entry = 'in' | 'full' | 'abandoned';

export class Semaphore {
  readonly #slots: number;
  readonly #maxWaiting: number;
  readonly #maxKnown: number;
  readonly #waiting = new Set<() => void>();
  /** The known attempts that wait; they go first. */
  readonly #known = new Set<() => void>();
  #taken = 0;

  /** `maxWaiting` places in the queue are for all attempts, `reserved` more are for known ones only. */
  constructor(slots: number, maxWaiting: number, reserved = 0) {
    this.#slots = slots;
    this.#maxWaiting = maxWaiting;
    this.#maxKnown = maxWaiting + reserved;
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
    if (isKnown ? this.waiting >= this.#maxKnown : queue.size >= this.#maxWaiting) return 'full';
    const { signal } = context;
    if (signal.aborted) return Promise.resolve('abandoned');
    return new Promise((resolve) => {
      const goIn = () => resolve('in');
      queue.add(goIn);
      signal.addEventListener('abort', () => {
        // An attempt that has a slot is not in the queue any more, and calls `leave` itself.
        if (queue.delete(goIn)) resolve('abandoned');
      });
    });
  }

  /** Takes a slot if one is free. Never waits. */
  enterIfFree(): boolean {
    if (this.#taken >= this.#slots) return false;
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
    // The slot passes on directly, so that no new attempt takes it in between.
    queue.delete(next);
    next();
  }
}

/** The number of cores, at most the threads of libuv's pool (4, or `UV_THREADPOOL_SIZE`) less one for all other work. */
export function defaultConcurrency(): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE']) || 4;
  return Math.max(1, Math.min(availableParallelism(), threads - 1));
}
