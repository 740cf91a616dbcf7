/** Waits for an event: as long as other events come, and only until a duty is known to be broken. */
import type { Journal } from './journal.ts';
import type { Patience } from './patience.ts';
import { Quiet } from './quiet.ts';
import type { Violation } from './watched.ts';

/** Guards against events without end. A busy machine may need minutes for the largest duties. */
const LONGEST_MS = 300_000;

/** A duty is broken. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export class Waiting {
  readonly #patience: Patience;
  readonly #violations: readonly Violation[];
  readonly #journal: Journal;

  constructor(patience: Patience, violations: readonly Violation[], journal: Journal) {
    this.#patience = patience;
    this.#violations = violations;
    this.#journal = journal;
  }

  /** Resolves once the condition holds. Rejects if a duty is broken, or no event comes any more. */
  until(what: string, condition: () => unknown): Promise<void> {
    return this.#turnUntil(what, () => {
      if (condition()) return true;
      const [violation] = this.#violations;
      if (violation) throw new Broken(violation.what);
      return false;
    });
  }

  /** Resolves as the promise does. Rejects if it is pending and no event comes any more. */
  async inTime<T>(what: string, promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    await this.#turnUntil(what, () => isSettled);
    return promise;
  }

  async #turnUntil(what: string, isDone: () => boolean): Promise<void> {
    const { ms } = this.#patience;
    const beganAt = performance.now();
    const quiet = new Quiet(() => this.#journal.count);
    while (!isDone()) {
      if (quiet.turn() > ms) throw this.#inVain(what, ms);
      if (performance.now() - beganAt > LONGEST_MS) throw this.#inVain(what, LONGEST_MS);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #inVain(what: string, ms: number): Broken {
    this.#patience.lose();
    return new Broken(`waited ${ms / 1_000} s in vain for ${what}`);
  }
}
