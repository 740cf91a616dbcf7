/** The cork: many messages of a tick in one write, and nobody kept waiting, forgotten or blamed. */
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { Cork } from '../src/cork.ts';

/** A stream that writes down each write, and takes it when it is told to. */
class Recorder extends Duplex {
  readonly writes: number[] = [];
  isTaking = true;
  #resume: (() => void) | undefined;

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

  takeAll(): void {
    this.isTaking = true;
    this.#resume?.();
  }

  #write(bytes: number, done: () => void): void {
    this.writes.push(bytes);
    if (this.isTaking) done();
    else this.#resume = done;
  }
}

function make() {
  const stream = new Recorder();
  let ticks = 0;
  const cork = new Cork(stream, {
    letGone: () => {
      ticks += 1;
    },
  });
  const send = (bytes: number) => {
    cork.hold();
    stream.write(Buffer.alloc(bytes));
    cork.letGoIfFull();
  };
  return { stream, cork, send, ticks: () => ticks };
}

const tick = () => new Promise<void>((resolve) => process.nextTick(resolve));

it('makes one write of a tick', async () => {
  const { stream, send, ticks } = make();
  send(10);
  send(20);
  send(30);
  expect(stream.writes).toEqual([]);
  await tick();
  expect(stream.writes).toEqual([60]);
  expect(ticks()).toBe(1);
  send(5);
  await tick();
  expect(stream.writes).toEqual([60, 5]);
});

it('lets go early at 64 KiB, and holds again what comes after that', async () => {
  const { stream, send } = make();
  send(40_000);
  send(25_535);
  expect(stream.writes).toEqual([]);
  send(1);
  expect(stream.writes).toEqual([65_536]);
  send(7);
  expect(stream.writes).toEqual([65_536]);
  await tick();
  expect(stream.writes).toEqual([65_536, 7]);
});

it('does not count what it holds as unsent, and counts what the system does not take', async () => {
  const { stream, cork, send } = make();
  send(50_000);
  expect(cork.unsentBytes).toBe(0);
  stream.isTaking = false;
  await tick();
  expect(cork.unsentBytes).toBe(50_000);
  send(10_000);
  expect(cork.unsentBytes).toBe(50_000);
  await tick();
  expect(cork.unsentBytes).toBe(60_000);
  stream.takeAll();
  expect(stream.writes).toEqual([50_000, 10_000]);
  expect(cork.unsentBytes).toBe(0);
});

it('lets what it holds go when the stream is ended', async () => {
  const { stream, send } = make();
  send(10);
  stream.end(Buffer.alloc(1));
  expect(stream.writes).toEqual([11]);
  await tick();
});
