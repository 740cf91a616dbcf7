/** A wait ends when nothing moves any more; the speed of the machine does not matter. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failures } from '../src/kit/failures.ts';
import { Journal } from '../src/kit/journal.ts';
import { Patience } from '../src/kit/patience.ts';
import { Waiting } from '../src/kit/waiting.ts';

let now = 0;
let turnMs = 1;
beforeEach(() => {
  now = 0;
  turnMs = 1;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());

const journal = new Journal();
const waiting = () => new Waiting(new Patience(), [], journal);

describe('waiting', () => {
  it('a wait ends 5 s after the last movement', async () => {
    const moving = waiting().until('what never comes', () => {
      now += turnMs;
      if (now <= 20_000 && now % 1_000 === 0) journal.write('client', `${now}`);
    });
    await expect(moving).rejects.toThrow('waited 5 s in vain for what never comes');
    expect(now).toBeGreaterThanOrEqual(25_000);
    expect(now).toBeLessThan(25_010);
  });

  it('a wait goes on if the process rarely runs', async () => {
    turnMs = 40;
    let turns = 0;
    await waiting().until('what takes its thousand turns', () => {
      now += turnMs;
      turns += 1;
      return turns === 1_000;
    });
    expect(now).toBe(40_000);
  });

  it('a wait ends after five minutes, even if something still moves', async () => {
    const moving = waiting().until('what never comes', () => {
      now += turnMs;
      journal.write('client', `${now}`);
    });
    await expect(moving).rejects.toThrow('waited 300 s in vain for what never comes');
  });

  it('a wait for a promise returns its value', async () => {
    expect(await waiting().inTime('it', Promise.resolve(1))).toBe(1);
    await expect(waiting().inTime('it', Promise.reject(new Error('no')))).rejects.toThrow('no');
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 1));
    await expect(waiting().inTime('it', new Promise(() => {}))).rejects.toThrow('5 s in vain for it');
  });
});

describe('a failed story', () => {
  it('the paths are skipped only after ten failed stories', () => {
    const failures = new Failures();
    for (let count = 1; count < 10; count += 1) failures.failed(`${count}`);
    expect(failures.skipReason('paths')).toBe(undefined);
    failures.failed('10');
    expect(failures.skipReason('paths')).toBe('10 stories have failed: fix these first');
    expect(failures.skipReason('closing')).toBe(undefined);
    failures.passed('10');
    expect(failures.skipReason('paths')).toBe(undefined);
  });
});
