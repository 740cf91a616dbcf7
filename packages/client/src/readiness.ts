/** The promise of a sign-in: one is kept or broken, and then there may be another. Nobody has to wait for it. */
import type { EndReason } from './facts.ts';
import { NotReadyError } from './session-errors.ts';

export class Readiness {
  promise: Promise<void>;
  #keep: () => void = () => {};
  #break: (error: NotReadyError) => void = () => {};

  constructor() {
    this.promise = this.#make();
  }

  keep(): void {
    this.#keep();
  }

  break(reason: EndReason): void {
    this.#break(new NotReadyError(reason));
  }

  /** Promises anew. */
  renew(): void {
    this.promise = this.#make();
  }

  #make(): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      this.#keep = resolve;
      this.#break = reject;
    });
    promise.catch(() => {});
    return promise;
  }
}
