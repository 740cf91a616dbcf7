/**
 * How long a story waits without any event. All stories of an adapter share it: it is short after a story has waited in vain, so that
 * a broken adapter fails soon, and long again after a story has passed.
 */
const LONG_MS = 5_000;
const SHORT_MS = 1_000;

export class Patience {
  #ms = LONG_MS;

  get ms(): number {
    return this.#ms;
  }

  lose(): void {
    this.#ms = SHORT_MS;
  }

  restore(): void {
    this.#ms = LONG_MS;
  }
}
