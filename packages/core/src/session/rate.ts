/** A limit on the message rate with bursts: the generic cell rate algorithm (ITU-T I.371), with one number and no timer. */
export class Rate {
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  /** When the next message would be due at an even rate. */
  #dueAt = 0;

  constructor(perSecond: number, burst: number) {
    this.#intervalMs = 1_000 / perSecond;
    this.#toleranceMs = this.#intervalMs * (burst - 1);
  }

  /** Whether a message at this time is within the rate. A message beyond it does not count. */
  allows(now: number): boolean {
    const dueAt = Math.max(this.#dueAt, now);
    if (dueAt - now > this.#toleranceMs) return false;
    this.#dueAt = dueAt + this.#intervalMs;
    return true;
  }
}
