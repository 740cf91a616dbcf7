/** Shows the seconds until the next attempt. Screen readers do not announce each second. */
import { byId } from './elements.ts';

export class Countdown {
  readonly #box = byId('countdown', HTMLElement);
  readonly #words = byId('countdown-words', HTMLElement);
  readonly #retry = byId('retry', HTMLButtonElement);
  #until = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  readonly #focusElsewhere: () => void;

  /** `focusElsewhere` moves the keyboard focus when the button that has it disappears. */
  constructor(retry: () => void, focusElsewhere: () => void) {
    this.#focusElsewhere = focusElsewhere;
    this.#retry.addEventListener('click', retry);
  }

  /** `showsRetry`: show the button "Try now". */
  start(ms: number, showsRetry: boolean): void {
    clearInterval(this.#timer);
    this.#retry.hidden = !showsRetry;
    this.#until = performance.now() + ms;
    this.#timer = setInterval(() => this.#show(), 200);
    this.#show();
    this.#box.hidden = false;
  }

  stop(): void {
    clearInterval(this.#timer);
    const hadFocus = this.#box.contains(document.activeElement);
    this.#box.hidden = true;
    if (hadFocus) this.#focusElsewhere();
  }

  #show(): void {
    const seconds = Math.max(0, Math.ceil((this.#until - performance.now()) / 1_000));
    this.#words.textContent = `Trying again in ${seconds} s`;
  }
}
