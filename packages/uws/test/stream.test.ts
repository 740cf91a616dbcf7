/** A streamed body, with a response that takes bytes when it is told to. */
import { expect, it } from 'vitest';
import { stream } from '../src/stream.ts';
import { SlowResponse } from './slow-response.ts';

function begin() {
  const cancelled: unknown[] = [];
  let source = {} as ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      source = controller;
    },
    cancel: (reason) => void cancelled.push(reason),
  });
  const response = new SlowResponse();
  const client = new AbortController();
  let isDone = false;
  const done = stream(body, response.asResponse, client.signal).then(() => {
    isDone = true;
  });
  return {
    response,
    written: () => response.did.map(([, text]) => text),
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
  const { written, add, end, done } = begin();
  for (const text of ['a', '', 'b']) add(text);
  end();
  await done;
  expect(written()).toEqual(['a', 'b']);
});

it('reads on when the client has taken what was written, and not before', async () => {
  const { response, written, add, end, done, isDone } = begin();
  response.isTaking = false;
  for (const text of ['a', 'b']) add(text);
  end();
  await turn();
  expect(written()).toEqual(['a']);
  expect(response.takes()).toBe(true);
  await turn();
  expect(written()).toEqual(['a', 'b']);
  expect(isDone()).toBe(false);
  response.takes();
  await done;
});

it('is done, and asks for no more, when the client goes while it is slow', async () => {
  const { response, written, add, client, done, cancelled } = begin();
  response.isTaking = false;
  for (const text of ['a', 'b']) add(text);
  await turn();
  client.abort();
  await done;
  expect(written()).toEqual(['a']);
  expect(cancelled).toHaveLength(1);
});

it('is done, and asks for no more, when the client goes while there is nothing to send', async () => {
  const { written, client, done, cancelled } = begin();
  await turn();
  client.abort();
  await done;
  expect(written()).toEqual([]);
  expect(cancelled).toHaveLength(1);
});

it('writes nothing to a client that has gone, also what had just been read', async () => {
  const { written, add, client, done } = begin();
  await turn();
  add('a');
  client.abort();
  await done;
  expect(written()).toEqual([]);
});

it('rejects when the body fails', async () => {
  const { add, fail, done } = begin();
  add('a');
  await turn();
  fail();
  await expect(done).rejects.toThrow('no more');
});
