/** The fault proxy may slow a connection down, but a proxy that swaps bytes shows faults that no network has. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DelayedLine } from '../src/delayed-line.ts';

let passed: string[];
let line: DelayedLine;
const take = (text: string, delayMs: number) => line.take(Buffer.from(text), delayMs);

beforeEach(() => {
  vi.useFakeTimers();
  passed = [];
  line = new DelayedLine((part) => passed.push(String(part)));
});
afterEach(() => {
  vi.useRealTimers();
});

it('passes a part on at once without a delay, and else after it', () => {
  take('a', 0);
  expect(passed).toEqual(['a']);
  take('b', 200);
  vi.advanceTimersByTime(199);
  expect(passed).toEqual(['a']);
  vi.advanceTimersByTime(1);
  expect(passed).toEqual(['a', 'b']);
});

it('keeps the order when the delay becomes shorter', () => {
  take('a', 300);
  vi.advanceTimersByTime(10);
  take('b', 100);
  take('c', 0);
  vi.advanceTimersByTime(289);
  expect(passed).toEqual([]);
  vi.advanceTimersByTime(10);
  expect(passed).toEqual(['a', 'b', 'c']);
  take('d', 0);
  expect(passed).toEqual(['a', 'b', 'c', 'd']);
});
