/** Waiting for replies that nobody has promised. */
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

it('with none awaited, all are here', async () => {
  expect(await outcome(new Replies(5_000).all(), 0)).toBe(true);
});

it('one more may be sent once there are fewer', async () => {
  const replies = new Replies(5_000);
  replies.sent();
  const next = replies.fewerThan(1).then(() => 'next');
  expect(await outcome(next, 4_000)).toBe('waiting');
  replies.received();
  expect(await outcome(next, 0)).toBe('next');
});

it('each that comes gives the others as much time again', async () => {
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

it('a server that answers nothing is waited for once, and at the end', async () => {
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

it('what comes unasked is not counted twice', () => {
  const replies = new Replies(5_000);
  replies.received();
  replies.sent();
  expect(replies.awaited).toBe(1);
});

it('while nothing is read, none is given up', async () => {
  const replies = new Replies(5_000);
  replies.sent();
  const all = replies.all();
  replies.isHeldUp = true;
  expect(await outcome(all, 60_000)).toBe('waiting');
  replies.isHeldUp = false;
  expect(await outcome(all, 5_001)).toBe(false);
});

it('once the session is over, nothing is waited for', async () => {
  const [sending, ending] = [new Replies(5_000), new Replies(5_000)];
  for (const replies of [sending, ending]) replies.sent();
  const [next, all] = [sending.fewerThan(1).then(() => 'next'), ending.all()];
  for (const replies of [sending, ending]) replies.end();
  expect(await outcome(next, 0)).toBe('next');
  expect(await outcome(all, 0)).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
  expect(await outcome(ending.all(), 0)).toBe(false);
});
