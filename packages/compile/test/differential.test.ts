import * as xstate from 'xstate';
import { differentialTest } from './differential.ts';

differentialTest('XState', xstate, { isBounded: true });
