/**
 * Bounds how many calls are under way. The others wait for their turn, in order.
 *
 * Proven by: test/reads.test.ts.
 */
export class CallsAtOnce {
  readonly #most: number;
  #running = 0;
  #waiting: (() => void)[] = [];
  /** The first one that still waits. */
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Calls when it is the turn of this call. Settles as the call does. */
  async run<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.#running < this.#most) this.#running += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await call();
    } finally {
      this.#passOn();
    }
  }

  /** Gives the turn of a call that has ended to the next one. */
  #passOn(): void {
    const next = this.#waiting[this.#next];
    if (!next) {
      this.#running -= 1;
      return;
    }
    this.#next += 1;
    // Taking each from the front would move all others.
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
    next();
  }
}
