/** The system's clock, as sessions use it. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../src/clock.ts';

it('rings once it is time, unless it was told not to', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const rung: string[] = [];
  systemClock.setTimeout(() => rung.push('kept'), 10);
  systemClock.clearTimeout(systemClock.setTimeout(() => rung.push('cleared'), 10));
  vi.advanceTimersByTime(9);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rung).toEqual(['kept']);
});

it('tells milliseconds, and does not mind a wall clock that is set', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  const before = systemClock.now();
  vi.setSystemTime(86_400_000);
  expect(systemClock.now() - before).toBeLessThan(86_400_000);
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
});
