/** The system's clock, as sessions use it. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../src/clock.ts';

it('a timer of the system clock fires at its time, unless it was cleared', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const fired: string[] = [];
  systemClock.setTimeout(() => fired.push('kept'), 10);
  systemClock.clearTimeout(systemClock.setTimeout(() => fired.push('cleared'), 10));
  vi.advanceTimersByTime(9);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(fired).toEqual(['kept']);
});

it('S16: the system clock counts milliseconds, and a change of the wall clock does not move it', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  const before = systemClock.now();
  vi.setSystemTime(86_400_000);
  expect(systemClock.now() - before).toBeLessThan(86_400_000);
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
});
