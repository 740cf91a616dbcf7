/**
 * How many rows a drawn line takes above the cursor after the terminal's width has changed.
 *
 * Some terminals wrap the line anew at the new width (VTE, kitty, tmux), others leave its rows as they were (xterm, xterm.js).
 * Both put the cursor into another column, so its column tells which one it was. A terminal that does not say where its
 * cursor is counts as one that leaves the rows.
 *
 * Not solved: a window that gets narrower makes the line longer. tmux then moves its first rows to the scrollback, where no program
 * can erase them, so the old line stays there. A window that gets wider shows it again. Proven by: test/resize.test.ts.
 */

/** Where the cursor is, from the beginning of the line: rows and columns from 0 on. */
export interface CursorPosition {
  readonly rows: number;
  readonly cols: number;
}

export class Resize {
  /** As the line was drawn. */
  readonly #drawn: CursorPosition;
  /** As it is if the terminal has wrapped the line anew. */
  readonly #wrapped: CursorPosition;

  constructor(drawn: CursorPosition, wrapped: CursorPosition) {
    this.#drawn = drawn;
    this.#wrapped = wrapped;
  }

  /** The width has changed again, and nothing was drawn in between. */
  again(wrapped: CursorPosition): Resize {
    return new Resize(this.#drawn, wrapped);
  }

  /** Whether the number of rows depends on the terminal. */
  get isOpen(): boolean {
    return this.#drawn.rows !== this.#wrapped.rows;
  }

  /** Rows above the cursor. `column`: of the cursor, from 0 on; `undefined` if it is not known. */
  rowsAbove(column?: number): number {
    return column === this.#wrapped.cols ? this.#wrapped.rows : this.#drawn.rows;
  }
}
