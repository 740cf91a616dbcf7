/**
 * Standard output of a pipe: each message of the server, unchanged, and a line end. A terminal gets the text stripped.
 * A slow reader slows the server down. Proven by: test/piped.test.ts, test/cut-short.test.ts.
 */
import type { Data } from '@sallyport/protocol';
import { stripUnprintableLines } from '../strip-unprintable.ts';
import { hexDump } from './hex.ts';

export class PipedOutput {
  readonly #onHeldUp: (isHeldUp: boolean) => void;
  #isHeldUp = false;

  /** `onHeldUp` gets `true` when the reader is too slow, and `false` when reading can go on. */
  constructor(onHeldUp: (isHeldUp: boolean) => void) {
    this.#onHeldUp = onHeldUp;
  }

  print(message: Data): void {
    const { stdout } = process;
    stdout.write(stdout.isTTY ? shownOnTerminal(message) : message);
    // A failed stream never drains.
    if (stdout.write('\n') || this.#isHeldUp || stdout.errored || stdout.destroyed) return;
    this.#setHeldUp(true);
    stdout.once('drain', () => this.#setHeldUp(false));
  }

  #setHeldUp(isHeldUp: boolean): void {
    this.#isHeldUp = isHeldUp;
    this.#onHeldUp(isHeldUp);
  }
}

function shownOnTerminal(message: Data): string {
  return typeof message === 'string' ? stripUnprintableLines(message).join('\n') : hexDump(message);
}
