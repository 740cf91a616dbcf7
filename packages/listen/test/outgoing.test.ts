/** An outgoing answer: its length, its pieces, and a body that is not sent. */
import { expect, it } from 'vitest';
import { Client } from '../src/client.ts';
import { type Outgoing, outgoingOf, outgoingReady, PIECE_BYTES, piecesOf } from '../src/outgoing.ts';

const length = (bytes: number) => ({ headers: { 'content-length': String(bytes) } });

async function gather(outgoing: Outgoing, client = new Client()) {
  const pieces: number[] = [];
  for await (const { length } of piecesOf(outgoing, client)) pieces.push(length);
  return pieces;
}

it('an answer has the standard text of its status, or its own', async () => {
  const texts = [
    [404, 'Gone Fishing', 'Gone Fishing'],
    [404, '', 'Not Found'],
    [299, '', ''],
  ] as const;
  for (const [status, statusText, expected] of texts)
    expect((await outgoingOf(new Response(null, { status, statusText }), false)).statusText).toBe(expected);
});

it('a small body is gathered, and the adapter sets its length', async () => {
  const { headers, length: size, body } = await outgoingOf(new Response('hello', length(5)), false);
  expect([...headers]).toEqual([['content-type', 'text/plain;charset=UTF-8']]);
  expect([size, body]).toEqual([5, new Uint8Array(Buffer.from('hello'))]);
});

it('a small body has its real length, whatever its content-length says', async () => {
  expect((await outgoingOf(new Response('hello', length(7)), false)).length).toBe(5);
});

it('a body that is large or of unknown length is not gathered', async () => {
  for (const init of [length(PIECE_BYTES + 1), {}]) {
    const { body } = await outgoingOf(new Response('hello', init), false);
    expect(body).toBeInstanceOf(ReadableStream);
  }
});

it('a body that is not sent is cancelled, and its length is kept', async () => {
  let cancelled = 0;
  const body = new ReadableStream({
    cancel: () => {
      cancelled += 1;
    },
  });
  const outgoing = await outgoingOf(new Response(body, length(7)), true);
  expect([outgoing.body, outgoing.length, cancelled]).toEqual([undefined, 7, 1]);
});

it('a large body comes in pieces of bounded size', async () => {
  const body = new Uint8Array(PIECE_BYTES * 2 + 1);
  expect(await gather(outgoingReady({ status: 200, headers: [], body }))).toEqual([
    PIECE_BYTES,
    PIECE_BYTES,
    1,
  ]);
  expect(await gather(await outgoingOf(new Response(body), false))).toEqual([PIECE_BYTES, PIECE_BYTES, 1]);
  expect(await gather(outgoingReady({ status: 204, headers: [] }))).toEqual([]);
});

it('a body longer or shorter than its content-length throws', async () => {
  const body = 'x'.repeat(PIECE_BYTES + 10);
  for (const [bytes, words] of [
    [PIECE_BYTES + 9, 'longer'],
    [PIECE_BYTES + 11, 'shorter'],
  ] as const) {
    const outgoing = await outgoingOf(new Response(body, length(bytes)), false);
    await expect(gather(outgoing)).rejects.toThrow(`is ${words} than its content-length`);
  }
});

it('a body is cancelled when the client has left', async () => {
  let cancelled = 0;
  const client = new Client();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(new Uint8Array(1)),
    cancel: () => {
      cancelled += 1;
    },
  });
  const outgoing = await outgoingOf(new Response(body), false);
  for await (const _ of piecesOf(outgoing, client)) client.closed();
  expect(cancelled).toBe(1);
});
