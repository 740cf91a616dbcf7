/** The output of readline: passes text on to the terminal, or drops it while the input is hidden. */
import { Writable } from 'node:stream';

export class Screen extends Writable {
  /** While `true`, what readline writes is dropped. */
  isMuted = false;
  readonly isTTY = true;
  readonly target: NodeJS.WriteStream;

  constructor(target: NodeJS.WriteStream) {
    super({ decodeStrings: false });
    this.target = target;
    target.on('resize', () => this.emit('resize'));
  }

  get columns(): number {
    return this.target.columns;
  }

  get rows(): number {
    return this.target.rows;
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
