/** The inbox: messages of a client that wait for a verdict, undecoded, in order. Bounded. */
import type { Data } from '@sallyport/protocol';

export interface QueuedMessage {
  readonly data: Data;
  readonly byteLength: number;
}

export class Inbox {
  readonly #messages: QueuedMessage[] = [];
  #bytes = 0;

  /** Adds a message. Returns false, and does not add it, if the inbox is full. */
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
