/** The promise behind `session.ready`: it resolves or rejects once, and then a new one takes its place. */
import type { EndReason } from './facts.ts';
import { NotReadyError } from './session-errors.ts';

export class Readiness {
  promise: Promise<void>;
  #isResolved = false;
  #resolve: () => void = () => {};
  #reject: (error: NotReadyError) => void = () => {};

  constructor() {
    this.promise = this.#make();
  }

  resolve(): void {
    this.#isResolved = true;
    this.#resolve();
  }

  /** Also where it has resolved: then a new promise rejects. */
  reject(reason: EndReason): void {
    if (this.#isResolved) this.renew();
    this.#reject(new NotReadyError(reason));
  }

  /** Replaces the promise by a new one. */
  renew(): void {
    this.#isResolved = false;
    this.promise = this.#make();
  }

  #make(): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A program need not await it, so a rejection without a handler must not be an error.
    promise.catch(() => {});
    return promise;
  }
}
