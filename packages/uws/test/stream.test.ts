/** A streamed body, with an answer that takes bytes when it is told to. */
import type { HttpResponse } from 'uWebSockets.js';
import { expect, it } from 'vitest';
import { stream } from '../src/stream.ts';

/** Takes writes within a cork only, as a chunk on the wire each; an empty one would end the body. */
class SlowAnswer {
  readonly written: string[] = [];
  isTaking = true;
  #isCorked = false;
  #onWritable: (() => boolean) | undefined;

  cork(write: () => void): void {
    this.#isCorked = true;
    write();
    this.#isCorked = false;
  }
  write(chunk: Uint8Array): boolean {
    if (!this.#isCorked) throw new Error('a write outside of a cork');
    this.written.push(String(Buffer.from(chunk)));
    return this.isTaking;
  }
  onWritable(callback: () => boolean): void {
    this.#onWritable = callback;
  }
  takes(): boolean | undefined {
    return this.#onWritable?.();
  }
}

function begin() {
  const cancelled: unknown[] = [];
  let source = {} as ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      source = controller;
    },
    cancel: (reason) => void cancelled.push(reason),
  });
  const answer = new SlowAnswer();
  const client = new AbortController();
  let isDone = false;
  const done = stream(body, answer as unknown as HttpResponse, client.signal).then(() => {
    isDone = true;
  });
  return {
    answer,
    client,
    done,
    cancelled,
    isDone: () => isDone,
    add: (text: string) => source.enqueue(Buffer.from(text)),
    end: () => source.close(),
    fail: () => source.error(new Error('no more')),
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it('hands on each chunk, but no empty one', async () => {
  const { answer, add, end, done } = begin();
  for (const text of ['a', '', 'b']) add(text);
  end();
  await done;
  expect(answer.written).toEqual(['a', 'b']);
});

it('reads on when the client has taken what was written, and not before', async () => {
  const { answer, add, end, done, isDone } = begin();
  answer.isTaking = false;
  for (const text of ['a', 'b']) add(text);
  end();
  await turn();
  expect(answer.written).toEqual(['a']);
  expect(answer.takes()).toBe(true);
  await turn();
  expect(answer.written).toEqual(['a', 'b']);
  expect(isDone()).toBe(false);
  answer.takes();
  await done;
});

it('is done, and asks for no more, when the client goes while it is slow', async () => {
  const { answer, add, client, done, cancelled } = begin();
  answer.isTaking = false;
  for (const text of ['a', 'b']) add(text);
  await turn();
  client.abort();
  await done;
  expect(answer.written).toEqual(['a']);
  expect(cancelled).toHaveLength(1);
});

it('is done, and asks for no more, when the client goes while there is nothing to send', async () => {
  const { answer, client, done, cancelled } = begin();
  await turn();
  client.abort();
  await done;
  expect(answer.written).toEqual([]);
  expect(cancelled).toHaveLength(1);
});

it('writes nothing to a client that has gone, also what had just been read', async () => {
  const { answer, add, client, done } = begin();
  await turn();
  add('a');
  client.abort();
  await done;
  expect(answer.written).toEqual([]);
});

it('rejects when the body fails', async () => {
  const { add, fail, done } = begin();
  add('a');
  await turn();
  fail();
  await expect(done).rejects.toThrow('no more');
});
