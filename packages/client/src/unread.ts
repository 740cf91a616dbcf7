/** Messages that the server sent and the program has not read yet with `for await`. Bounded. Proven by: test/talking.test.ts. */
import type { Message } from '@sallyport/protocol';

type Result = IteratorResult<Message, undefined>;
const DONE: Result = { done: true, value: undefined };

export class Unread {
  readonly #bound: number;
  readonly #messages: Message[] = [];
  readonly #readers: { readonly of: object; readonly resolve: (result: Result) => void }[] = [];
  #isEnded = false;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Returns whether there was room for the message. */
  put(value: Message): boolean {
    const reader = this.#readers.shift();
    if (reader) reader.resolve({ done: false, value });
    else if (this.#messages.length >= this.#bound) return false;
    else this.#messages.push(value);
    return true;
  }

  /** Ends the reading, once all messages are read. */
  end(): void {
    this.#isEnded = true;
    for (const { resolve } of this.#readers.splice(0)) resolve(DONE);
  }

  /** More messages may come after all. */
  reopen(): void {
    this.#isEnded = false;
  }

  /** Each message goes to one reader, the one that asked first. A reader that stops does not end the session. */
  read(): AsyncIterator<Message, undefined> {
    const reading: AsyncIterator<Message, undefined> = {
      next: async () => {
        const value = this.#messages.shift();
        if (value !== undefined) return { done: false, value };
        return this.#isEnded ? DONE : new Promise((resolve) => this.#readers.push({ of: reading, resolve }));
      },
      // A reader that has stopped takes no message away from the others.
      return: async () => {
        for (const reader of [...this.#readers]) {
          if (reader.of !== reading) continue;
          this.#readers.splice(this.#readers.indexOf(reader), 1);
          reader.resolve(DONE);
        }
        return DONE;
      },
    };
    return reading;
  }
}
