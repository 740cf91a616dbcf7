#!/usr/bin/env node
/** sallyport-uws: the server on the native uWebSockets.js. */
import { serve, systemClock } from '@sallyport/uws';
import { run } from '../program.ts';
import { loadNative } from '../uws-binary.ts';

await run({
  name: 'sallyport-uws',
  library: 'uWebSockets.js',
  clock: systemClock,
  loadServe() {
    const library = loadNative();
    return (sessions, options) => serve(sessions, { library, ...options });
  },
});
