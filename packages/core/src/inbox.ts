/** The inbox: what a client sent that cannot be read yet, as it came, in the order in which it came. Bounded. */
import type { Data } from '@sallyport/protocol';

export interface Letter {
  readonly data: Data;
  readonly byteLength: number;
}

export class Inbox {
  readonly #letters: Letter[] = [];
  #bytes = 0;

  /** False if it is full, and then it has not taken the letter. */
  put(letter: Letter, maxLetters: number, maxBytes: number): boolean {
    if (this.#letters.length >= maxLetters || this.#bytes + letter.byteLength > maxBytes) return false;
    this.#letters.push(letter);
    this.#bytes += letter.byteLength;
    return true;
  }

  take(): Letter | undefined {
    const letter = this.#letters.shift();
    if (letter) this.#bytes -= letter.byteLength;
    return letter;
  }
}
