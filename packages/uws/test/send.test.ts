/** A response is sent as fast as the client takes it. The fake library takes bytes when the test says so. */
import { Client, type Outgoing, PIECE_BYTES } from '@sallyport/listen';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { send } from '../src/send.ts';
import { SlowResponse } from './slow-response.ts';

const WRITE_MS = 1_000;

function begin(length: number | undefined, isLast = false) {
  const cancelled: unknown[] = [];
  let source = {} as ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      source = controller;
    },
    cancel: (reason) => void cancelled.push(reason),
  });
  const response = new SlowResponse();
  const client = new Client();
  response.onAborted(() => client.closed());
  const outgoing: Outgoing = { status: 200, statusText: 'OK', headers: [], length, body };
  let isDone = false;
  const site = { writeMs: WRITE_MS };
  const done = send(outgoing, response.asResponse, { isHead: false, isLast }, client, site).then(() => {
    isDone = true;
  });
  return {
    response,
    written: () =>
      response.calls.filter(([name]) => name === 'write' || name === 'tryEnd').map(([, text]) => text),
    done,
    cancelled,
    isDone: () => isDone,
    add: (text: string) => source.enqueue(new Uint8Array(Buffer.from(text))),
    end: () => source.close(),
    fail: () => source.error(new Error('no more')),
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  // A deadline that remains would cut another connection.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

it('send() writes each chunk except empty ones', async () => {
  const { response, written, add, end, done } = begin(undefined);
  for (const text of ['a', '', 'b']) add(text);
  end();
  await done;
  expect(written()).toEqual(['a', 'b']);
  expect([response.calls.at(-1), response.misuses]).toEqual([['end'], 0]);
});

it('send() writes a large chunk in pieces', async () => {
  const { written, add, end, done } = begin(undefined);
  add('x'.repeat(PIECE_BYTES + 1));
  end();
  await done;
  expect(written().map((text) => String(text).length)).toEqual([PIECE_BYTES, 1]);
});

it('send() gives the length of a large body of known length, and uses no chunks', async () => {
  const { response, written, add, end, done } = begin(4);
  add('ab');
  add('cd');
  end();
  await done;
  expect(written()).toEqual(['ab', 'cd']);
  expect(response.calls.map(([name]) => name)).toEqual(['writeStatus', 'tryEnd', 'tryEnd']);
  expect(response.calls.at(-1)).toEqual(['tryEnd', 'cd', 4]);
});

it('send() adds "connection: close" to a last response where the library cannot', async () => {
  const { response, add, end, done } = begin(2, true);
  add('ab');
  end();
  await done;
  expect(response.calls).toContainEqual(['writeHeader', 'connection', 'close']);
});

it.each([undefined, 2])(
  'send() reads on when the client has taken what was written, with a length of %s',
  async (length) => {
    const { response, written, add, end, done, isDone } = begin(length);
    response.isTaking = false;
    for (const text of ['a', 'b']) add(text);
    end();
    await turn();
    const first = length === undefined ? ['a'] : [''];
    expect(written()).toEqual(first);
    expect(isDone()).toBe(false);
    response.isTaking = true;
    expect(response.takes()).toBe(true);
    await done;
    expect(written().join('')).toBe('ab');
    expect(response.misuses).toBe(0);
  },
);

it('send() tries again with the rest of a chunk, and not with more', async () => {
  const { response, written, add, end, done } = begin(5);
  response.isTaking = false;
  response.room = 2;
  add('hello');
  end();
  await turn();
  response.room = 1;
  expect(response.takes()).toBe(false);
  response.isTaking = true;
  expect(response.takes()).toBe(true);
  await done;
  expect(written()).toEqual(['he', 'l', 'lo']);
});

it.each([undefined, 2])(
  'send() cuts a client that takes nothing for too long, with a length of %s',
  async (length) => {
    const { response, add, done, cancelled } = begin(length);
    response.isTaking = false;
    add('a');
    await turn();
    vi.advanceTimersByTime(WRITE_MS - 1);
    expect(response.calls.at(-1)?.[0]).not.toBe('close');
    // Bytes that the client takes restart the deadline.
    if (length !== undefined) {
      response.takes();
      vi.advanceTimersByTime(WRITE_MS - 1);
      expect(response.calls.at(-1)?.[0]).not.toBe('close');
    }
    vi.advanceTimersByTime(1);
    await done;
    expect(response.calls.at(-1)).toEqual(['close']);
    expect(cancelled).toHaveLength(1);
  },
);

it('send() resolves and cancels the body when the client leaves while there is nothing to send', async () => {
  const { response, written, done, cancelled } = begin(undefined);
  await turn();
  response.isLeft();
  await done;
  expect(written()).toEqual([]);
  expect(cancelled).toHaveLength(1);
});

it('send() writes nothing to a client that has left, not even what it has just read', async () => {
  const { response, written, add, done } = begin(undefined);
  await turn();
  add('a');
  response.isLeft();
  await done;
  expect([written(), response.misuses]).toEqual([[], 0]);
});

it('send() rejects when the body fails, or is longer or shorter than its length', async () => {
  const failing = begin(undefined);
  failing.add('a');
  await turn();
  failing.fail();
  await expect(failing.done).rejects.toThrow('no more');
  const short = begin(2);
  short.add('a');
  short.end();
  await expect(short.done).rejects.toThrow('shorter than its content-length');
  const long = begin(2);
  long.add('abc');
  await expect(long.done).rejects.toThrow('longer than its content-length');
  expect(long.written()).toEqual([]);
});
