/** The cork: it joins the messages of a tick in one write. */
import type { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { Cork } from '../src/cork.ts';
import { SlowStream } from './slow-stream.ts';

class Sender extends Cork {
  ticks = 0;
  readonly #stream: Duplex;

  constructor(stream: Duplex) {
    super(stream);
    this.#stream = stream;
  }

  send(bytes: number): void {
    this.hold();
    this.#stream.write(Buffer.alloc(bytes));
    this.releaseIfFull();
  }

  override get unsentBytes(): number {
    return super.unsentBytes;
  }

  override onceWritten(callback: () => void): void {
    super.onceWritten(callback);
  }

  protected override released(): void {
    this.ticks += 1;
  }
}

function make() {
  const stream = new SlowStream();
  const cork = new Sender(stream);
  return { stream, cork, send: (bytes: number) => cork.send(bytes) };
}

const tick = () => new Promise<void>((resolve) => process.nextTick(resolve));

it('the cork makes one write of the messages of a tick', async () => {
  const { stream, cork, send } = make();
  send(10);
  send(20);
  send(30);
  expect(stream.writes).toEqual([]);
  await tick();
  expect(stream.writes).toEqual([60]);
  expect(cork.ticks).toBe(1);
  send(5);
  await tick();
  expect(stream.writes).toEqual([60, 5]);
});

it('the cork writes early at 64 KiB, and then holds later messages again', async () => {
  const { stream, cork, send } = make();
  send(40_000);
  send(25_535);
  expect(stream.writes).toEqual([]);
  send(1);
  expect(stream.writes).toEqual([65_536]);
  send(7);
  expect(stream.writes).toEqual([65_536]);
  await tick();
  expect(stream.writes).toEqual([65_536, 7]);
  expect(cork.ticks).toBe(1);
});

it('the cork reports no release for a tick whose messages were written early', async () => {
  const { cork, send } = make();
  send(65_536);
  await tick();
  expect(cork.ticks).toBe(0);
});

it('held bytes do not count as unsent; bytes that the system has not taken do', async () => {
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

it('onceWritten() calls back when the system has taken the unsent bytes, and not before', async () => {
  const { stream, cork, send } = make();
  stream.isTaking = false;
  send(10);
  await tick();
  let isTaken = false;
  cork.onceWritten(() => {
    isTaken = true;
  });
  await tick();
  expect(isTaken).toBe(false);
  stream.takeAll();
  await new Promise(setImmediate);
  expect(isTaken).toBe(true);
});

it('held bytes are written when the stream ends', async () => {
  const { stream, send } = make();
  send(10);
  stream.end(Buffer.alloc(1));
  expect(stream.writes).toEqual([11]);
  await tick();
});
