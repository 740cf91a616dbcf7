/**
 * The way of messages to another process: those of one moment go together, because each message of its own costs a system call. What has not
 * been written is counted, so that callers can stop adding to it.
 *
 * Proven by: test/workers/outbox.test.ts.
 */

/** Past this much on the way, in bytes, `isFull` is true. */
const FULL_BYTES = 67_108_864;

/** What a message takes besides its content, in bytes. */
const LEAST_BYTES = 200;

/** Sends one value, and calls `written` once it is written, or cannot be. */
type Send = (messages: readonly unknown[], written: () => void) => void;

export class Outbox<Message> {
  readonly #send: Send;
  readonly #emptied: () => void;
  #batch: Message[] = [];
  #batchBytes = 0;
  #unsentBytes = 0;

  /** `emptied` is called each time everything is written. */
  constructor(send: Send, emptied: () => void = () => {}) {
    this.#send = send;
    this.#emptied = emptied;
  }

  get isFull(): boolean {
    return this.#unsentBytes > FULL_BYTES;
  }

  /** `bytes` is the size of the content. */
  post(message: Message, bytes = 0): void {
    this.#batch.push(message);
    this.#batchBytes += bytes + LEAST_BYTES;
    this.#unsentBytes += bytes + LEAST_BYTES;
    if (this.#batch.length === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const batch = this.#batch;
    const bytes = this.#batchBytes;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#send(batch, () => {
      this.#unsentBytes -= bytes;
      if (this.#unsentBytes === 0) this.#emptied();
    });
  }
}
