/** Asks again and again: a second after each answer, and not while the tab is hidden. Proven by: tests/browser/live.test.ts. */

const PERIOD_MS = 1_000;

export class Poll {
  readonly #ask: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  #isWanted = false;

  /** `ask` must not reject. */
  constructor(ask: () => Promise<void>) {
    this.#ask = ask;
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.now();
    });
  }

  /** Asks at once; during a question, as soon as it is answered. */
  now(): void {
    clearTimeout(this.#timer);
    this.#isWanted = this.#isAsking;
    if (!this.#isAsking) void this.#round();
  }

  async #round(): Promise<void> {
    this.#isAsking = true;
    await this.#ask();
    this.#isAsking = false;
    if (this.#isWanted) this.now();
    else if (document.visibilityState === 'visible') this.#timer = setTimeout(() => this.now(), PERIOD_MS);
  }
}
