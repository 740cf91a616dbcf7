/** A stream that records each write, and takes it when the test says so: the system's part of a connection. */
import { Duplex } from 'node:stream';

export class SlowStream extends Duplex {
  /** The bytes of each write. A corked tick is one write. */
  readonly writes: number[] = [];
  /** The pieces of all writes, as the stream got them: changed bytes show. */
  readonly pieces: Buffer[] = [];
  isTaking = true;
  #done: (() => void) | undefined;

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.#write([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#write(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _read(): void {}

  /** Takes the write that waits, and no later one. */
  takeOne(): void {
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }

  /** Takes the write that waits, and all later ones. */
  takeAll(): void {
    this.isTaking = true;
    this.takeOne();
  }

  #write(pieces: Buffer[], done: () => void): void {
    this.writes.push(pieces.reduce((sum, { length }) => sum + length, 0));
    this.pieces.push(...pieces);
    if (this.isTaking) done();
    else this.#done = done;
  }
}
