/** A story that fails once and passes when vitest tries it again leaves none of the others out. */
import { describeAdapter, inMemory, webSocket } from '@sallyport/conformance';
import { afterAll, describe, expect } from 'vitest';
import { dutiesOf } from '../src/kit/stories-of.ts';

let starts = 0;

describe('an adapter that fails once', { retry: 1 }, () => {
  describeAdapter(
    'in memory',
    (sessions) => {
      starts += 1;
      if (starts === 1) throw new Error('only this time');
      return inMemory(sessions);
    },
    webSocket,
    // One retry is enough to see, and the duties are enough to see that no other is left out.
    { paths: false },
  );

  afterAll(() => {
    const told = dutiesOf(inMemory, webSocket).filter(({ skipped }) => skipped === undefined);
    expect(starts).toBe(told.length + 1);
  });
});
