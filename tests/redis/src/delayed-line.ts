/**
 * One direction of a connection that passes its parts on after a delay, and in their order. The delay may change from part to part. A part never
 * overtakes one before it, because TCP never lets that happen. Proven by: test/delayed-line.test.ts.
 */
export class DelayedLine {
  readonly #pass: (part: Buffer) => void;
  readonly #waiting: Buffer[] = [];
  /** When the last part is passed on. */
  #lastAt = 0;

  constructor(pass: (part: Buffer) => void) {
    this.#pass = pass;
  }

  take(part: Buffer, delayMs: number): void {
    if (this.#waiting.length === 0 && delayMs === 0) {
      this.#pass(part);
      return;
    }
    const now = performance.now();
    this.#lastAt = Math.max(this.#lastAt, now + delayMs);
    this.#waiting.push(part);
    setTimeout(() => this.#pass(this.#waiting.shift() as Buffer), this.#lastAt - now);
  }
}
