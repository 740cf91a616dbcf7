/**
 * Deadlines of the same few durations, such as that of each sign-in: a queue for each duration, and one timer of Node for a whole queue.
 *
 * Deadlines of one duration fall due in the order in which they were added, so a queue needs no sorting. A cancelled deadline leaves its
 * queue at once, and keeps nothing alive. Only whole seconds and more are queued, and only few durations at a time. A caller uses a timer
 * of Node for all others, so durations that never come again (the rest of a token's life) make no queues.
 * Proven by: test/deadlines.test.ts.
 */
import { AsyncResource } from 'node:async_hooks';

/** Milliseconds. Shorter timers, such as those of the sweep, run on their own. */
const SHORTEST_MS = 1_000;
/** Milliseconds. The end of a token is mostly further away, and at a time of its own. */
const LONGEST_MS = 120_000;
/** Queues at a time. Each takes some 200 B, until its timer fires while it is empty. */
const MOST_QUEUES = 8;
/** Milliseconds after which a timer that has not fired counts as lost: a test may have replaced the timers of the runtime meanwhile. */
const LOST_MS = 1_000;

/** A callback runs outside every connection's asynchronous context. Otherwise it would run in that of another connection. */
const outside = new AsyncResource('SallyportDeadlines');

/** One deadline. `cancel` stops it. */
export class Deadline {
  readonly at: number;
  callback: (() => void) | undefined;
  /** Undefined once it has run or was cancelled. */
  queue: Queue | undefined;
  before: Deadline | undefined = undefined;
  after: Deadline | undefined = undefined;

  constructor(at: number, callback: () => void, queue: Queue) {
    this.at = at;
    this.callback = callback;
    this.queue = queue;
  }

  /** Does nothing for a deadline that has run or was cancelled. */
  cancel(): void {
    this.queue?.cancel(this);
  }
}

/** The deadlines of one duration, the earliest first. */
class Queue {
  readonly #ms: number;
  readonly #whenUnused: () => void;
  #first: Deadline | undefined;
  #last: Deadline | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(ms: number, whenUnused: () => void) {
    this.#ms = ms;
    this.#whenUnused = whenUnused;
  }

  add(callback: () => void): Deadline {
    const now = performance.now();
    const added = new Deadline(now + this.#ms, callback, this);
    const last = this.#last;
    this.#last = added;
    added.before = last;
    if (last) last.after = added;
    else {
      this.#first = added;
      this.#timer?.ref();
    }
    if (this.#dueAt + LOST_MS < now) this.#arm(now);
    return added;
  }

  /** An empty queue keeps its timer, which does not keep the process alive: the next deadline comes soon. */
  cancel(deadline: Deadline): void {
    this.#remove(deadline);
    if (!this.#first) this.#timer?.unref();
  }

  #remove(deadline: Deadline): void {
    const { before, after } = deadline;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
    deadline.queue = undefined;
    deadline.callback = undefined;
    deadline.before = undefined;
    deadline.after = undefined;
  }

  /** Waits for the first deadline. There is one. */
  #arm(now: number): void {
    const { at } = this.#first as Deadline;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = outside.runInAsyncScope(() => setTimeout(this.#fire, Math.max(1, Math.ceil(at - now))));
  }

  readonly #fire = (): void => {
    const now = performance.now();
    try {
      for (let first = this.#first; first && first.at <= now; first = this.#first) {
        const { callback } = first;
        this.#remove(first);
        callback?.();
      }
    } finally {
      // Also if a callback has thrown: the others must run.
      if (this.#first) this.#arm(performance.now());
      else this.#whenUnused();
    }
  };
}

export class Deadlines {
  readonly #queues = new Map<number, Queue>();

  /** The number of durations that have a queue. */
  get queues(): number {
    return this.#queues.size;
  }

  /** Adds a deadline that falls due in `ms` milliseconds. Undefined if the duration gets no queue. */
  add(callback: () => void, ms: number): Deadline | undefined {
    const queue = this.#queues.get(ms) ?? this.#opened(ms);
    return queue?.add(callback);
  }

  #opened(ms: number): Queue | undefined {
    if (ms < SHORTEST_MS || ms > LONGEST_MS || !Number.isInteger(ms) || this.#queues.size >= MOST_QUEUES)
      return undefined;
    const queue = new Queue(ms, () => void this.#queues.delete(ms));
    this.#queues.set(ms, queue);
    return queue;
  }
}
