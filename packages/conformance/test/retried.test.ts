/** A story that fails once and passes when vitest tries it again leaves none of the others out. */
import { describeAdapter, inMemory, storiesOf, webSocket } from '@sallyport/conformance';
import { afterAll, describe, expect } from 'vitest';
import { ofPaths } from '../src/kit/stories-of.ts';

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
    const told = storiesOf(inMemory, webSocket).filter(
      ({ section, skipped }) => skipped === undefined && !ofPaths.includes(section),
    );
    expect(starts).toBe(told.length + 1);
  });
});
