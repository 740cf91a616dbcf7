/** Counts the seconds down until credentials are said again. Proven by: test/postponed.test.ts. */

export class Countdown {
  readonly #show: (words: string | undefined) => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** `show` is told once a second what to show, and `undefined` where there is nothing to count any more. */
  constructor(show: (words: string | undefined) => void) {
    this.#show = show;
  }

  start(ms: number): void {
    this.stop();
    const until = performance.now() + ms;
    const tell = () => this.#show(`* trying again in ${secondsUntil(until)} s`);
    tell();
    this.#timer = setInterval(tell, 1_000);
  }

  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#show(undefined);
  }
}

const secondsUntil = (until: number) => Math.max(0, Math.ceil((until - performance.now()) / 1_000));
