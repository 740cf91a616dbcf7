/** What the server sent and the program has not read yet, for `for await`. Bounded; proven by: test/talking.test.ts. */
import type { Data } from '@sallyport/protocol';

type Result = IteratorResult<Data, undefined>;
const DONE: Result = { done: true, value: undefined };

export class Unread {
  readonly #bound: number;
  readonly #messages: Data[] = [];
  readonly #readers: { readonly of: object; readonly resolve: (result: Result) => void }[] = [];
  #isOver = false;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Says whether there was room for it. */
  put(value: Data): boolean {
    const reader = this.#readers.shift();
    if (reader) reader.resolve({ done: false, value });
    else if (this.#messages.length >= this.#bound) return false;
    else this.#messages.push(value);
    return true;
  }

  /** Whoever reads is told that there will be no more, once all is read. */
  end(): void {
    this.#isOver = true;
    for (const { resolve } of this.#readers.splice(0)) resolve(DONE);
  }

  goOn(): void {
    this.#isOver = false;
  }

  /** Each message goes to one reader, the one that asked first. Who stops reading does not end the session. */
  read(): AsyncIterator<Data, undefined> {
    const reading: AsyncIterator<Data, undefined> = {
      next: async () => {
        const value = this.#messages.shift();
        if (value !== undefined) return { done: false, value };
        return this.#isOver ? DONE : new Promise((resolve) => this.#readers.push({ of: reading, resolve }));
      },
      // Who has left takes no message away from those who stay.
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
