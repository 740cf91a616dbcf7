/** A message rate with bursts: the generic cell rate algorithm, which is one number and no timer (ITU-T I.371). */
export class Rate {
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  /** When the next message would be due if they came evenly. */
  #dueAt = 0;

  constructor(perSecond: number, burst: number) {
    this.#intervalMs = 1_000 / perSecond;
    this.#toleranceMs = this.#intervalMs * (burst - 1);
  }

  /** Whether a message at this time is within the rate; it counts only if it is. */
  allows(now: number): boolean {
    const dueAt = Math.max(this.#dueAt, now);
    if (dueAt - now > this.#toleranceMs) return false;
    this.#dueAt = dueAt + this.#intervalMs;
    return true;
  }
}
