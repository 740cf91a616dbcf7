/** Waiting for what has to come: as long as there is patience, and no longer where a duty is known to be broken. */
import type { Patience } from './patience.ts';
import type { Violation } from './watched.ts';

export class Broken extends Error {
  override readonly name = 'Broken';
}

export class Waiting {
  readonly #patience: Patience;
  readonly #violations: readonly Violation[];

  constructor(patience: Patience, violations: readonly Violation[]) {
    this.#patience = patience;
    this.#violations = violations;
  }

  async until(what: string, condition: () => unknown): Promise<void> {
    const { ms } = this.#patience;
    const deadline = performance.now() + ms;
    while (!condition()) {
      const [violation] = this.#violations;
      if (violation) throw new Broken(violation.what);
      if (performance.now() > deadline) throw this.#inVain(what, ms);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  inTime<T>(what: string, promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const { ms } = this.#patience;
      const timer = setTimeout(() => reject(this.#inVain(what, ms)), ms);
      promise.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  #inVain(what: string, ms: number): Broken {
    this.#patience.lose();
    return new Broken(`waited ${ms / 1_000} s in vain for ${what}`);
  }
}
