/**
 * The watch over file descriptors, on a simulated clock. A real process without free descriptors is tested in
 * packages/server/test/descriptors.test.ts.
 */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchDescriptors } from '../src/descriptors.ts';

vi.mock('node:fs', { spy: true });

const PERIOD_MS = 250;
const MINUTE_MS = 60_000;

const open = vi.mocked(openSync);
let wait = vi.spyOn(Atomics, 'wait');
let faults: unknown[] = [];
let stop = () => {};

const systemSays = (code: string) => {
  open.mockImplementation(() => {
    throw Object.assign(new Error('what the system says'), { code });
  });
};
const turns = (count: number) => {
  for (let turn = 0; turn < count; turn += 1) vi.advanceTimersToNextTimer();
};

beforeEach(() => {
  vi.clearAllMocks();
  open.mockReset();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setImmediate', 'performance'] });
  wait = vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
  faults = [];
  stop = watchDescriptors((error) => faults.push(error));
});
afterEach(() => {
  stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('the watch probes four times a second, closes what it opens, and reports nothing while descriptors are free', () => {
  vi.advanceTimersByTime(4 * PERIOD_MS);
  expect(open.mock.calls).toEqual(Array.from({ length: 4 }, () => [devNull, 'r']));
  expect(vi.mocked(closeSync).mock.calls).toEqual(open.mock.results.map(({ value }) => [value]));
  expect(faults).toEqual([]);
  expect(wait).not.toHaveBeenCalled();
});

it.each(['EMFILE', 'ENFILE'])(
  'at %s the watch reports a fault, and waits 5 ms at every turn until a descriptor is free',
  (code) => {
    systemSays(code);
    vi.advanceTimersByTime(PERIOD_MS);
    expect(faults).toEqual([
      new Error(
        'no file descriptor is left for another connection: raise the limit of the process (ulimit -n)',
      ),
    ]);
    expect(wait).toHaveBeenCalledTimes(1);
    turns(9);
    expect(wait).toHaveBeenCalledTimes(10);
    expect(wait.mock.lastCall?.[3]).toBe(5);
    open.mockReset();
    vi.advanceTimersByTime(PERIOD_MS);
    expect(wait).toHaveBeenCalledTimes(10);
  },
);

it('the watch ignores other errors', () => {
  systemSays('EACCES');
  vi.advanceTimersByTime(PERIOD_MS);
  expect([faults, wait.mock.calls]).toEqual([[], []]);
});

it('the watch reports at most once a minute', () => {
  const exhaust = () => {
    systemSays('EMFILE');
    vi.advanceTimersByTime(PERIOD_MS);
    open.mockReset();
    vi.advanceTimersByTime(PERIOD_MS);
  };
  for (let passed = 0; passed < MINUTE_MS; passed += 2 * PERIOD_MS) exhaust();
  expect(faults).toHaveLength(1);
  exhaust();
  expect(faults).toHaveLength(2);
});

it('the watch ends when it is stopped', () => {
  stop();
  systemSays('EMFILE');
  vi.advanceTimersByTime(MINUTE_MS);
  expect(open).not.toHaveBeenCalled();
  expect(faults).toEqual([]);
});
