/** Messages that wait until the session is ready, up to a bound. Proven by: test/talking.test.ts. */
import type { Data } from '@sallyport/protocol';

export class Outbox {
  readonly #bound: number;
  readonly #maxBytes: number;
  readonly #messages: Data[] = [];
  #bytes = 0;

  /** `bound`: messages that may wait; 0: none. `maxBytes`: no further message is taken once this many bytes wait. */
  constructor(bound: number, maxBytes: number) {
    this.#bound = bound;
    this.#maxBytes = maxBytes;
  }

  /** Takes a message, or returns why it does not. Bytes are copied, so the caller may change them afterwards. */
  put(message: Data): 'notReady' | 'queueFull' | undefined {
    if (this.#bound === 0) return 'notReady';
    if (this.#messages.length >= this.#bound || this.#bytes >= this.#maxBytes) return 'queueFull';
    this.#messages.push(typeof message === 'string' ? message : new Uint8Array(message));
    this.#bytes += message.length;
    return undefined;
  }

  /** Removes the next message and returns it. */
  take(): Data | undefined {
    const message = this.#messages.shift();
    this.#bytes -= message?.length ?? 0;
    return message;
  }

  /** Removes all messages. Returns how many there were. */
  clear(): number {
    this.#bytes = 0;
    return this.#messages.splice(0).length;
  }
}

/** Whether it is a string or a `Uint8Array`. By its tag: bytes may come from another realm, as they do in jsdom. */
export function isMessage(message: unknown): message is Data {
  return typeof message === 'string' || Object.prototype.toString.call(message) === '[object Uint8Array]';
}

/** The text with U+FFFD for each half of a surrogate pair, as a WebSocket's own `send` makes it. */
export const wellFormed = (text: string): string => text.replace(/[\uD800-\uDFFF]/gu, '\uFFFD');
