/** Messages that wait until the session is ready, up to a bound. Proven by: test/talking.test.ts. */
import { isJsonMessage, type Message } from '@sallyport/protocol';

export class Outbox {
  readonly #bound: number;
  readonly #maxBytes: number;
  readonly #messages: Message[] = [];
  #bytes = 0;

  /** `bound`: messages that may wait; 0: none. `maxBytes`: no further message is taken once this many bytes wait. */
  constructor(bound: number, maxBytes: number) {
    this.#bound = bound;
    this.#maxBytes = maxBytes;
  }

  /** Takes a message, or returns why it does not. Bytes are copied, so the caller may change them afterwards. */
  put(message: Message): 'notReady' | 'queueFull' | undefined {
    if (this.#bound === 0) return 'notReady';
    if (this.#messages.length >= this.#bound || this.#bytes >= this.#maxBytes) return 'queueFull';
    this.#messages.push(kept(message));
    this.#bytes += sizeOf(message);
    return undefined;
  }

  /** Removes the next message and returns it. */
  take(): Message | undefined {
    const message = this.#messages.shift();
    if (message !== undefined) this.#bytes -= sizeOf(message);
    return message;
  }

  /** Removes all messages. Returns how many there were. */
  clear(): number {
    this.#bytes = 0;
    return this.#messages.splice(0).length;
  }
}

/** A copy that the caller cannot change. The session has checked that `data` is JSON. */
function kept(message: Message): Message {
  if (isJsonMessage(message)) return { data: JSON.parse(JSON.stringify(message.data)) as unknown };
  return typeof message === 'string' ? message : new Uint8Array(message);
}

/** Characters of a text or of a JSON text, or bytes. */
function sizeOf(message: Message): number {
  return isJsonMessage(message) ? JSON.stringify(message.data).length : message.length;
}

/**
 * Whether it is a string, a `Uint8Array`, or `{ data }`. Bytes are known by their tag: they may come from another realm, as they do
 * in jsdom.
 */
export function isMessage(message: unknown): message is Message {
  return typeof message === 'string' || isBytes(message) || isJsonMessage(message);
}

function isBytes(message: unknown): message is Uint8Array {
  return Object.prototype.toString.call(message) === '[object Uint8Array]';
}

/** The text with U+FFFD for each half of a surrogate pair, as a WebSocket's own `send` makes it. */
export const wellFormed = (text: string): string => text.replace(/[\uD800-\uDFFF]/gu, '\uFFFD');
