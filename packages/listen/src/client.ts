/**
 * The client of one plain request: whether its connection has closed.
 *
 * An `AbortController` costs as much as the rest of a small answer, so it is made only when a `Request` needs it.
 * Proven by: test/client.test.ts.
 */
export class Client {
  #isClosed = false;
  #controller: AbortController | undefined;
  #listeners: (() => void)[] | undefined;

  /** Whether the connection closed before the answer was complete. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Aborts when the connection closes before the answer is complete. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#isClosed) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** Calls the listener once, when the connection closes before the answer is complete; at once if it has already. */
  onClosed(listener: () => void): void {
    this.#listeners ??= [];
    if (this.#isClosed) listener();
    else this.#listeners.push(listener);
  }

  /** The adapter calls this when the connection closes before the answer is complete. Idempotent. */
  closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#controller?.abort();
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) listener();
  }
}
