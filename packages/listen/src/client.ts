/**
 * The client of one plain request: whether it is still there.
 *
 * An `AbortController` costs as much as the rest of a small answer, so one is made only when a `Request` needs it.
 * Proven by: test/client.test.ts.
 */
export class Client {
  #hasGone = false;
  #controller: AbortController | undefined;
  #listeners: (() => void)[] | undefined;

  get hasGone(): boolean {
    return this.#hasGone;
  }

  /** Aborts when the client has gone. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#hasGone) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** Calls back once, when the client has gone; at once if it has already. */
  whenGone(listener: () => void): void {
    this.#listeners ??= [];
    if (this.#hasGone) listener();
    else this.#listeners.push(listener);
  }

  /** The adapter calls it when the connection ends before the answer is out. Idempotent. */
  left(): void {
    if (this.#hasGone) return;
    this.#hasGone = true;
    this.#controller?.abort();
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) listener();
  }
}
