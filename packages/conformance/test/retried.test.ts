/** A story that fails once and passes at vitest's retry causes no other story to be skipped. */
import { describeAdapter, inMemory, webSocket } from '@sallyport/conformance';
import { afterAll, describe, expect } from 'vitest';
import { dutiesOf } from '../src/kit/stories-of.ts';

let starts = 0;

describe('an adapter that fails once', { retry: 1 }, () => {
  describeAdapter(
    'in memory',
    (sessions, options) => {
      starts += 1;
      if (starts === 1) throw new Error('only this time');
      return inMemory(sessions, options);
    },
    webSocket,
    // One retry and the duties are enough to show that no story is skipped.
    { paths: false },
  );

  afterAll(() => {
    const run = dutiesOf(inMemory, webSocket).filter(({ skipped }) => skipped === undefined);
    expect(starts).toBe(run.length + 1);
  });
});
