/** The differential test against the oldest XState of the peer range. */
import * as xstate from 'xstate-floor';
import { differentialTest } from './differential.ts';
import type { Library } from './tracing-functions.ts';

// XState 5.20 knows no `maxIterations`: it hangs in an endless loop.
differentialTest('XState 5.20.0', xstate as unknown as Library, { isBounded: false });
