/**
 * Asks the terminal where its cursor is (DSR 6), and takes the answers out of the keys. Readline knows an answer as several
 * keys, and the last ones would be inserted into the line.
 *
 * An answer may come late, so it is taken out of the keys whenever it comes. Proven by: test/cursor-report.test.ts, test/resize.test.ts.
 */
import type { Key } from 'node:readline';

/** What a terminal answers with its cursor's position: ESC [ row ; column R. */
export const CURSOR_QUERY = '\u001b[6n';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the answer begins with one.
const ANSWER = /^\u001b\[\d+;(\d+)R$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same.
const BEGINNING = /^\u001b\[\d+;\d+$/;

export class CursorReports {
  #awaited = 0;
  #beginning = '';

  /** Counts a query that was written to the terminal. */
  asked(): void {
    this.#awaited += 1;
  }

  /**
   * Returns `undefined` for a key that belongs to no answer, `false` for a part of an answer or an answer to an earlier
   * query, and the column of the answer to the last query, from 0 on.
   */
  take(text: string | undefined, key: Key): number | false | undefined {
    if (this.#awaited === 0) return undefined;
    const sequence = this.#beginning + (key.sequence ?? text ?? '');
    this.#beginning = '';
    const column = ANSWER.exec(sequence)?.[1];
    if (column !== undefined) {
      this.#awaited -= 1;
      return this.#awaited === 0 ? Number(column) - 1 : false;
    }
    if (!BEGINNING.test(sequence)) return undefined;
    this.#beginning = sequence;
    return false;
  }
}
