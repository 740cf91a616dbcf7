/** Messages that wait to be sent while a session is not ready, up to a bound. Proven by: test/talking.test.ts. */
import type { Data } from '@sallyport/protocol';

export class Outbox {
  readonly #bound: number;
  readonly #messages: Data[] = [];

  /** `bound` 0: nothing ever waits. */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Says why not, if it does not take it. What waits is what it was when it was said. */
  put(message: Data): 'notReady' | 'queueFull' | undefined {
    if (this.#bound === 0) return 'notReady';
    if (this.#messages.length >= this.#bound) return 'queueFull';
    this.#messages.push(typeof message === 'string' ? message : new Uint8Array(message));
    return undefined;
  }

  /** The next one, which waits no longer. */
  take(): Data | undefined {
    return this.#messages.shift();
  }

  /** Says how many there were. */
  clear(): number {
    return this.#messages.splice(0).length;
  }
}

/** By its tag: bytes may come from another realm, as they do in jsdom. */
export function isMessage(message: unknown): message is Data {
  return typeof message === 'string' || Object.prototype.toString.call(message) === '[object Uint8Array]';
}
