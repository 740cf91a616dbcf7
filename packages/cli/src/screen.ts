/** What readline writes to: the terminal, or nothing while what is typed is not to be seen. */
import { Writable } from 'node:stream';

export class Screen extends Writable {
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

  /** Muted or not. */
  show(text: string): void {
    this.target.write(text);
  }

  override _write(chunk: string, _encoding: string, written: () => void): void {
    if (!this.isMuted) this.target.write(chunk);
    written();
  }
}
