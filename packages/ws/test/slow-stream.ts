/** A stream that records each write, and takes it when the test says so: the system's part of a connection. */
import { Duplex } from 'node:stream';

export class SlowStream extends Duplex {
  /** The bytes of each write. A corked tick is one write. */
  readonly writes: number[] = [];
  isTaking = true;
  #done: (() => void) | undefined;

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.#write(chunk.length, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#write(
      chunks.reduce((sum, { chunk }) => sum + chunk.length, 0),
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

  #write(bytes: number, done: () => void): void {
    this.writes.push(bytes);
    if (this.isTaking) done();
    else this.#done = done;
  }
}
