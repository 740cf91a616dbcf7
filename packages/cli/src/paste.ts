/**
 * Bracketed paste: a terminal marks pasted text, so that the program can tell it from typed keys. Readline knows the marks
 * as keys and ignores them. Proven by: test/line-editor.test.ts, test/history.test.ts.
 */
import type { Key } from 'node:readline';

/** Switches the marks on and off (xterm, DECSET 2004). */
export const PASTE_MARKS = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const;

/** Stands for a line end in the one-row editor and its history. */
const LINE_END = '␤';

export class PasteCollector {
  #text: string | undefined;

  /** Returns `undefined` for a key that is not pasted, `false` for one within a paste, and the text at the end of a paste. */
  take(text: string | undefined, key: Key): string | false | undefined {
    if (key.name === 'paste-start') {
      this.#text = '';
      return false;
    }
    if (this.#text === undefined) return key.name === 'paste-end' ? false : undefined;
    if (key.name !== 'paste-end') {
      this.#text += key.sequence ?? text ?? '';
      return false;
    }
    const pasted = this.#text.replace(/\r\n?/g, '\n');
    this.#text = undefined;
    return pasted;
  }
}

/** Pasted text for the line that is being edited: without control characters, which would act on the terminal. */
export function insertable(text: string): string {
  return text.replace(/(?!\t)\p{Cc}/gu, '');
}

/** A message of several lines as one row. */
export function asOneRow(message: string): string {
  return message.replaceAll('\n', LINE_END);
}

/** The reverse of `asOneRow`. */
export function asLines(row: string): string {
  return row.replaceAll(LINE_END, '\n');
}
