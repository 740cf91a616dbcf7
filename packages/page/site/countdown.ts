/** Counts the seconds down to the next attempt. Seen, and not read out each second. */
import { byId } from './elements.ts';

export class Countdown {
  readonly #box = byId('countdown', HTMLElement);
  readonly #words = byId('countdown-words', HTMLElement);
  readonly #retry = byId('retry', HTMLButtonElement);
  #until = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  readonly #focusElsewhere: () => void;

  /** `focusElsewhere`: whoever pressed the button by keyboard is not to be lost with it. */
  constructor(retry: () => void, focusElsewhere: () => void) {
    this.#focusElsewhere = focusElsewhere;
    this.#retry.addEventListener('click', retry);
  }

  /** `mayHurry`: whether there is a button to try now. */
  start(ms: number, mayHurry: boolean): void {
    clearInterval(this.#timer);
    this.#retry.hidden = !mayHurry;
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
