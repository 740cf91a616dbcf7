/** The output of readline: passes text on to the terminal, or drops it while the input is hidden. */
import { Writable } from 'node:stream';

export class Screen extends Writable {
  /** While `true`, what readline writes is dropped. */
  isMuted = false;
  /** The terminal has another width. Readline does not see this: it would assume the rows of the old width. */
  onResize: () => void = () => {};
  readonly isTTY = true;
  readonly target: NodeJS.WriteStream;
  /** The width for which the line is drawn; `adoptWidth` makes it the terminal's. */
  #columns: number;

  constructor(target: NodeJS.WriteStream) {
    super({ decodeStrings: false });
    this.target = target;
    this.#columns = target.columns;
    target.on('resize', () => this.onResize());
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.target.rows;
  }

  adoptWidth(): void {
    this.#columns = this.target.columns;
  }

  /** Writes to the terminal, muted or not. */
  show(text: string): void {
    this.target.write(text);
  }

  override _write(chunk: string, _encoding: string, written: () => void): void {
    if (!this.isMuted) this.target.write(chunk);
    written();
  }
}
