/**
 * Standard output of a pipe: what the server says, as it is, with a line end after each message; but not onto a terminal.
 * Whoever reads it may be slower than the server, which then has to wait. Proven by: test/piped.test.ts, test/cut-short.test.ts.
 */
import type { Data } from '@sallyport/protocol';
import { stripUnprintableLines } from '../strip-unprintable.ts';
import { hexDump } from './hex.ts';

export class PipedOutput {
  readonly #hold: (isHeldUp: boolean) => void;
  #isHeldUp = false;

  /** `hold` is told to read no further, and then to go on. */
  constructor(hold: (isHeldUp: boolean) => void) {
    this.#hold = hold;
  }

  print(message: Data): void {
    const { stdout } = process;
    stdout.write(stdout.isTTY ? shownOnTerminal(message) : message);
    // What has failed will not drain.
    if (stdout.write('\n') || this.#isHeldUp || stdout.errored || stdout.destroyed) return;
    this.#setHeldUp(true);
    stdout.once('drain', () => this.#setHeldUp(false));
  }

  #setHeldUp(isHeldUp: boolean): void {
    this.#isHeldUp = isHeldUp;
    this.#hold(isHeldUp);
  }
}

function shownOnTerminal(message: Data): string {
  return typeof message === 'string' ? stripUnprintableLines(message).join('\n') : hexDump(message);
}
