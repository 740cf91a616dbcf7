/**
 * The line on the screen: draws it, clears it, and draws it anew when the width of the terminal changes.
 * Proven by: test/resize.test.ts, test/terminal.test.ts.
 */
import { clearScreenDown, cursorTo, type Interface, type Key, moveCursor } from 'node:readline';
import { CURSOR_QUERY, CursorReports } from './cursor-report.ts';
import type { ReadlineInternals } from './readline-internals.ts';
import { type CursorPosition, Resize } from './resize.ts';
import type { Screen } from './screen.ts';

/** What the line shows. */
export type LineContent =
  /** A label, and the text that readline edits. */
  | { readonly kind: 'edited'; readonly label: string }
  /** A label only. Keys stay hidden. */
  | { readonly kind: 'hidden'; readonly label: string }
  /** A row, cut to the width. Keys stay hidden. */
  | { readonly kind: 'row'; readonly text: string };

/** Milliseconds that a terminal has to say where its cursor is. */
const REPORT_MS = 1_000;

export class DrawnLine {
  readonly #screen: Screen;
  readonly #readline: Interface;
  readonly #content: () => LineContent | undefined;
  /** The text on the screen that readline has not drawn. */
  #shown = '';
  /** The width has changed, and the line is not drawn anew yet. */
  #resize: Resize | undefined;
  #reportTimer: NodeJS.Timeout | undefined;
  readonly #reports = new CursorReports();
  /** From Node 24 on a closed readline throws. */
  #hasClosed = false;

  /** `content`: what the line shows now; `undefined` for no line. */
  constructor(screen: Screen, readline: Interface, content: () => LineContent | undefined) {
    this.#screen = screen;
    this.#readline = readline;
    this.#content = content;
    screen.onResize = () => this.#onResize();
    readline.once('close', () => {
      this.#hasClosed = true;
    });
  }

  show(): void {
    const content = this.#content();
    if (content?.kind === 'hidden') this.#showMuted(content.label);
    else if (content?.kind === 'row')
      this.#showMuted(content.text.slice(0, (this.#screen.columns || 80) - 1));
    else if (content && !this.#hasClosed) {
      this.#screen.isMuted = false;
      this.#readline.setPrompt(content.label);
      this.forgetRows();
      this.#readline.prompt(true);
    }
  }

  hide(): void {
    const cursor = this.#cursor();
    if (!cursor) return;
    const rows = this.#resize?.rowsAbove() ?? cursor.rows;
    this.#forgetResize();
    this.#clear(rows);
  }

  /** Takes a part of the terminal's answer, and returns true. Any other key ends the wait for the answer. */
  takeReport(text: string | undefined, key: Key): boolean {
    const column = this.#reports.take(text, key);
    if (column !== false) this.#redraw(column);
    return column !== undefined;
  }

  /** Sets the number of rows that readline assumes above the cursor. A newly drawn line has none. */
  forgetRows(): void {
    (this.#readline as unknown as ReadlineInternals).prevRows = 0;
  }

  close(): void {
    this.#forgetResize();
    this.#screen.onResize = () => {};
  }

  #showMuted(text: string): void {
    this.#screen.isMuted = true;
    this.#shown = text;
    this.#screen.show(text);
    // At the end of a full row a terminal wraps with the next character only. Readline does the same.
    if (text !== '' && this.#cursor()?.cols === 0) this.#screen.show(' \r');
  }

  #clear(rowsAbove: number): void {
    const { target } = this.#screen;
    if (rowsAbove > 0) moveCursor(target, 0, -rowsAbove);
    cursorTo(target, 0);
    clearScreenDown(target);
  }

  /** Where the cursor is in the line on the screen, at the width for which it is drawn. */
  #cursor(): CursorPosition | undefined {
    if (!this.#content()) return undefined;
    return this.#screen.isMuted
      ? (this.#readline as unknown as ReadlineInternals)._getDisplayPos(this.#shown)
      : this.#readline.getCursorPos();
  }

  #onResize(): void {
    const drawn = this.#cursor();
    this.#screen.adoptWidth();
    const wrapped = this.#cursor();
    if (!drawn || !wrapped) return;
    this.#resize = this.#resize?.again(wrapped) ?? new Resize(drawn, wrapped);
    if (!this.#resize.isOpen) {
      this.#redraw();
      return;
    }
    this.#reports.asked();
    this.#screen.show(CURSOR_QUERY);
    clearTimeout(this.#reportTimer);
    this.#reportTimer = setTimeout(() => this.#redraw(), REPORT_MS).unref();
  }

  /** After a change of the width. `column`: of the cursor, if the terminal has reported it. */
  #redraw(column?: number): void {
    if (!this.#resize) return;
    const rows = this.#resize.rowsAbove(column);
    this.#forgetResize();
    // In one write, so that no terminal shows a screen without the line.
    const { target } = this.#screen;
    target.cork();
    this.#clear(rows);
    this.show();
    target.uncork();
  }

  #forgetResize(): void {
    this.#resize = undefined;
    clearTimeout(this.#reportTimer);
  }
}
