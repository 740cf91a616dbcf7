/** A stream that writes down each write, and takes it when it is told to: the system's part of a connection. */
import { Duplex } from 'node:stream';

export class SlowStream extends Duplex {
  /** The bytes of each write, a corked tick being one. */
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

  /** The write that waits, and no more. */
  takeOne(): void {
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }

  /** And whatever comes from now on. */
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
