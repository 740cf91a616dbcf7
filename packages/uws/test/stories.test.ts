/** The stories that every adapter tells alike. */
import { adapterStories } from '@sallyport/conformance';
import { serve, systemClock } from '@sallyport/uws';
import { describe } from 'vitest';
import { library } from './library.ts';

describe.skipIf(!library)('native', () => {
  if (!library) return;
  const native = library;
  adapterStories('uWebSockets.js', {
    clock: systemClock,
    serve: (sessions, options) => serve(sessions, { ...options, library: native }),
    library: { saysWhy: false, waitsForClose: false },
  });
});
