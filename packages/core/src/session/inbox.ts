/** The inbox: what a client sent that cannot be read yet, as it came, in the order in which it came. Bounded. */
import type { Data } from '@sallyport/protocol';

export interface QueuedMessage {
  readonly data: Data;
  readonly byteLength: number;
}

export class Inbox {
  readonly #messages: QueuedMessage[] = [];
  #bytes = 0;

  /** False if it is full, and then it has not taken the message. */
  put(message: QueuedMessage, maxMessages: number, maxBytes: number): boolean {
    if (this.#messages.length >= maxMessages || this.#bytes + message.byteLength > maxBytes) return false;
    this.#messages.push(message);
    this.#bytes += message.byteLength;
    return true;
  }

  take(): QueuedMessage | undefined {
    const message = this.#messages.shift();
    if (message) this.#bytes -= message.byteLength;
    return message;
  }
}
