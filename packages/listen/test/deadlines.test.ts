/** Deadlines of one duration share a timer, and keep their order, their time and their independence. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Deadlines } from '../src/deadlines.ts';

/** A minute in the life of the queues, on a simulated clock. */
beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

function recorded() {
  const fired: string[] = [];
  const deadlines = new Deadlines();
  const add = (name: string, ms: number) => deadlines.add(() => void fired.push(name), ms);
  return { fired, deadlines, add };
}

describe('deadlines of one duration', () => {
  it('a deadline fires after its duration and not before', () => {
    const { fired, add } = recorded();
    add('one', 60_000);
    vi.advanceTimersByTime(59_999);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(['one']);
  });

  it('many deadlines of one duration share one timer of the runtime, and each fires at its own time', () => {
    const { fired, add } = recorded();
    for (let second = 0; second < 50; second += 1) {
      add(String(second), 60_000);
      vi.advanceTimersByTime(1_000);
    }
    expect(vi.getTimerCount()).toBe(1);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(fired).toEqual(['0']);
    vi.advanceTimersByTime(9_000);
    expect(fired).toHaveLength(10);
    vi.advanceTimersByTime(60_000);
    expect(fired).toEqual(Array.from({ length: 50 }, (_, second) => String(second)));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('deadlines that fall due at the same time fire in the order in which they were added', () => {
    const { fired, add } = recorded();
    for (const name of ['first', 'second', 'third']) add(name, 5_000);
    vi.advanceTimersByTime(5_000);
    expect(fired).toEqual(['first', 'second', 'third']);
  });

  it('a cancelled deadline does not fire, wherever it is in the queue, and the others do', () => {
    const { fired, add } = recorded();
    const [first, , middle, , last] = ['a', 'b', 'c', 'd', 'e'].map((name) => add(name, 5_000));
    for (const one of [middle, first, last]) one?.cancel();
    vi.advanceTimersByTime(5_000);
    expect(fired).toEqual(['b', 'd']);
  });

  it('a deadline can be cancelled twice, and after it has fired', () => {
    const { fired, add } = recorded();
    const kept = add('kept', 5_000);
    const cancelled = add('cancelled', 5_000);
    cancelled?.cancel();
    cancelled?.cancel();
    vi.advanceTimersByTime(5_000);
    kept?.cancel();
    add('next', 5_000);
    kept?.cancel();
    vi.advanceTimersByTime(5_000);
    expect(fired).toEqual(['kept', 'next']);
  });

  it('a deadline that is added after the first one was cancelled fires at its own time', () => {
    const { fired, add } = recorded();
    const first = add('first', 10_000);
    vi.advanceTimersByTime(4_000);
    first?.cancel();
    add('second', 10_000);
    vi.advanceTimersByTime(9_999);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(['second']);
  });

  it('a callback may add a deadline, and cancel one that is due in the same turn', () => {
    const { fired, deadlines, add } = recorded();
    deadlines.add(() => {
      add('added', 5_000);
      doomed?.cancel();
    }, 5_000);
    const doomed = add('doomed', 5_000);
    vi.advanceTimersByTime(5_000);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(5_000);
    expect(fired).toEqual(['added']);
  });

  it('a callback that throws does not keep the others from firing', () => {
    const { fired, deadlines, add } = recorded();
    deadlines.add(() => {
      throw new Error('a callback failed');
    }, 5_000);
    add('other', 5_000);
    expect(() => vi.advanceTimersByTime(5_000)).toThrow('a callback failed');
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(['other']);
  });

  it('a cancelled deadline forgets its callback and its neighbours at once', () => {
    const { add } = recorded();
    add('before', 5_000);
    const cancelled = add('cancelled', 5_000);
    add('after', 5_000);
    cancelled?.cancel();
    const { callback, queue, before, after } = cancelled ?? {};
    expect([cancelled !== undefined, callback, queue, before, after]).toEqual([
      true,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('a queue that stays empty goes with its timer, and another one takes its place', () => {
    const { fired, deadlines, add } = recorded();
    add('cancelled', 5_000)?.cancel();
    expect(deadlines.queues).toBe(1);
    vi.advanceTimersByTime(5_000);
    expect([deadlines.queues, vi.getTimerCount()]).toEqual([0, 0]);
    add('next', 5_000);
    vi.advanceTimersByTime(5_000);
    expect(fired).toEqual(['next']);
  });
});

it('short, very long and fractional durations get no queue, and neither do more than eight durations at a time', () => {
  const { deadlines, add } = recorded();
  for (const ms of [0, 999, 1_000.5, 120_001, 2 ** 31 - 1, Number.NaN])
    expect(add('none', ms)).toBeUndefined();
  for (let seconds = 1; seconds <= 8; seconds += 1) expect(add('some', seconds * 1_000)).toBeDefined();
  expect(add('one too many', 9_000)).toBeUndefined();
  expect(add('some', 3_000)).toBeDefined();
  expect(deadlines.queues).toBe(8);
});

it('a queue goes on if the timers of the runtime were replaced meanwhile', () => {
  const { fired, add } = recorded();
  add('lost', 5_000);
  vi.clearAllTimers();
  vi.advanceTimersByTime(7_000);
  add('next', 5_000);
  vi.advanceTimersByTime(5_000);
  expect(fired).toEqual(['lost', 'next']);
});

it('only a queue with a deadline keeps the process alive', () => {
  vi.useRealTimers();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => void timers.mockRestore());
  const { add } = recorded();
  const first = add('first', 100_000);
  const timer = timers.mock.results[0]?.value as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(true);
  first?.cancel();
  expect(timer.hasRef()).toBe(false);
  const second = add('second', 100_000);
  expect(timer.hasRef()).toBe(true);
  second?.cancel();
  expect([timer.hasRef(), timers.mock.calls.length]).toEqual([false, 1]);
});

it('a callback runs outside the asynchronous context of the connection whose deadline came first in the queue', async () => {
  vi.useRealTimers();
  const connection = new AsyncLocalStorage<string>();
  const deadlines = new Deadlines();
  const store = await new Promise((resolve) => {
    connection.run('of the first', () => deadlines.add(() => {}, 1_000));
    deadlines.add(() => resolve(connection.getStore()), 1_000);
  });
  expect(store).toBeUndefined();
});
