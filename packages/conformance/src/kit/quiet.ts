/**
 * How long nothing has moved. Every new line of a journal is a movement, and begins the count again.
 *
 * Only time in which this process ran counts: a turn of the event loop counts for at most 4 ms. On a busy machine turns are
 * far apart, so the same count takes longer by the clock.
 */
const LONGEST_TURN_MS = 4;

export class Quiet {
  readonly #movements: () => number;
  #moved: number;
  #turnedAt = performance.now();
  #ms = 0;

  constructor(movements: () => number) {
    this.#movements = movements;
    this.#moved = movements();
  }

  /** Call it once in each turn. Returns how long nothing has moved, in milliseconds. */
  turn(): number {
    const now = performance.now();
    const moved = this.#movements();
    this.#ms = moved === this.#moved ? this.#ms + Math.min(now - this.#turnedAt, LONGEST_TURN_MS) : 0;
    this.#moved = moved;
    this.#turnedAt = now;
    return this.#ms;
  }
}
