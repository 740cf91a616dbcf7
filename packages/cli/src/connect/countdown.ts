/** Counts down the seconds until the client sends the credentials again. Proven by: test/postponed.test.ts. */

export class Countdown {
  readonly #show: (text: string | undefined) => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** `show` gets the text once a second, and `undefined` at the end. */
  constructor(show: (text: string | undefined) => void) {
    this.#show = show;
  }

  start(ms: number): void {
    this.stop();
    const until = performance.now() + ms;
    const update = () => this.#show(`* trying again in ${secondsUntil(until)} s`);
    update();
    this.#timer = setInterval(update, 1_000);
  }

  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#show(undefined);
  }
}

const secondsUntil = (until: number) => Math.max(0, Math.ceil((until - performance.now()) / 1_000));
