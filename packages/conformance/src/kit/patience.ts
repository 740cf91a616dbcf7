/**
 * How long nothing may move while a story waits: one for all stories of an adapter. It is less once a story has waited in
 * vain, so that what is broken is soon told, and whole again once a story has passed.
 */
const WHOLE_MS = 5_000;
const LITTLE_MS = 1_000;

export class Patience {
  #ms = WHOLE_MS;

  get ms(): number {
    return this.#ms;
  }

  lose(): void {
    this.#ms = LITTLE_MS;
  }

  restore(): void {
    this.#ms = WHOLE_MS;
  }
}
