/** A response that goes out as fast as it is taken, with a library that takes bytes when it is told to. */
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
      response.did.filter(([name]) => name === 'write' || name === 'tryEnd').map(([, text]) => text),
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
  // A deadline that is left would cut somebody else.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

it('hands on each chunk, but no empty one', async () => {
  const { response, written, add, end, done } = begin(undefined);
  for (const text of ['a', '', 'b']) add(text);
  end();
  await done;
  expect(written()).toEqual(['a', 'b']);
  expect([response.did.at(-1), response.misuses]).toEqual([['end'], 0]);
});

it('hands on a large chunk in pieces', async () => {
  const { written, add, end, done } = begin(undefined);
  add('x'.repeat(PIECE_BYTES + 1));
  end();
  await done;
  expect(written().map((text) => String(text).length)).toEqual([PIECE_BYTES, 1]);
});

it('says the length of a large body that has one, and no chunks', async () => {
  const { response, written, add, end, done } = begin(4);
  add('ab');
  add('cd');
  end();
  await done;
  expect(written()).toEqual(['ab', 'cd']);
  expect(response.did.map(([name]) => name)).toEqual(['writeStatus', 'tryEnd', 'tryEnd']);
  expect(response.did.at(-1)).toEqual(['tryEnd', 'cd', 4]);
});

it('says that it is the last one in the headers, where the library cannot', async () => {
  const { response, add, end, done } = begin(2, true);
  add('ab');
  end();
  await done;
  expect(response.did).toContainEqual(['writeHeader', 'connection', 'close']);
});

it.each([undefined, 2])(
  'reads on when the client has taken what was written, with a length of %s',
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

it('tries again with what was left, and not with more', async () => {
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
  'cuts a client that takes nothing for too long, with a length of %s',
  async (length) => {
    const { response, add, done, cancelled } = begin(length);
    response.isTaking = false;
    add('a');
    await turn();
    vi.advanceTimersByTime(WRITE_MS - 1);
    expect(response.did.at(-1)?.[0]).not.toBe('close');
    // What it takes counts.
    if (length !== undefined) {
      response.takes();
      vi.advanceTimersByTime(WRITE_MS - 1);
      expect(response.did.at(-1)?.[0]).not.toBe('close');
    }
    vi.advanceTimersByTime(1);
    await done;
    expect(response.did.at(-1)).toEqual(['close']);
    expect(cancelled).toHaveLength(1);
  },
);

it('is done, and asks for no more, when the client goes while there is nothing to send', async () => {
  const { response, written, done, cancelled } = begin(undefined);
  await turn();
  response.isLeft();
  await done;
  expect(written()).toEqual([]);
  expect(cancelled).toHaveLength(1);
});

it('writes nothing to a client that has gone, also what had just been read', async () => {
  const { response, written, add, done } = begin(undefined);
  await turn();
  add('a');
  response.isLeft();
  await done;
  expect([written(), response.misuses]).toEqual([[], 0]);
});

it('rejects when the body fails, or is not as long as it says', async () => {
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
