/** The wait for replies, which a server need not send. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Replies } from '../src/connect/replies.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function outcome<T>(promise: Promise<T>, ms: number): Promise<T | 'waiting'> {
  const waiting = new Promise<'waiting'>((resolve) => setTimeout(() => resolve('waiting'), ms));
  const first = Promise.race([promise, waiting]);
  await vi.advanceTimersByTimeAsync(ms);
  return first;
}

it('all() resolves at once if no reply is awaited', async () => {
  expect(await outcome(new Replies(5_000).all(), 0)).toBe(true);
});

it('fewerThan() resolves once enough replies have come', async () => {
  const replies = new Replies(5_000);
  replies.sent();
  const next = replies.fewerThan(1).then(() => 'next');
  expect(await outcome(next, 4_000)).toBe('waiting');
  replies.received();
  expect(await outcome(next, 0)).toBe('next');
});

it('each reply restarts the time for the others', async () => {
  const replies = new Replies(5_000);
  replies.sent();
  replies.sent();
  const all = replies.all();
  expect(await outcome(all, 4_000)).toBe('waiting');
  replies.received();
  expect(await outcome(all, 4_000)).toBe('waiting');
  replies.received();
  expect(await outcome(all, 0)).toBe(true);
});

it('a server that never answers delays one message, and the end', async () => {
  const replies = new Replies(5_000);
  replies.sent();
  expect(
    await outcome(
      replies.fewerThan(1).then(() => 'next'),
      5_001,
    ),
  ).toBe('next');
  replies.sent();
  expect(
    await outcome(
      replies.fewerThan(1).then(() => 'next'),
      0,
    ),
  ).toBe('next');
  expect(await outcome(replies.all(), 5_001)).toBe(false);
  expect(replies.awaited).toBe(2);
});

it('a message that no reply was awaited for does not count', () => {
  const replies = new Replies(5_000);
  replies.received();
  replies.sent();
  expect(replies.awaited).toBe(1);
});

it('the time for replies stops while the reader is held up', async () => {
  const replies = new Replies(5_000);
  replies.sent();
  const all = replies.all();
  replies.isHeldUp = true;
  expect(await outcome(all, 60_000)).toBe('waiting');
  replies.isHeldUp = false;
  expect(await outcome(all, 5_001)).toBe(false);
});

it('the end of the session ends every wait for replies', async () => {
  const [sending, ending] = [new Replies(5_000), new Replies(5_000)];
  for (const replies of [sending, ending]) replies.sent();
  const [next, all] = [sending.fewerThan(1).then(() => 'next'), ending.all()];
  for (const replies of [sending, ending]) replies.end();
  expect(await outcome(next, 0)).toBe('next');
  expect(await outcome(all, 0)).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
  expect(await outcome(ending.all(), 0)).toBe(false);
});
