/** The parts, in the order in which a whole run takes them. */
import type { Part } from '../part.ts';
import { crowd } from './crowd.ts';
import { echo } from './echo.ts';
import { fanout } from './fanout.ts';
import { idle } from './idle.ts';
import { latency } from './latency.ts';
import { login } from './login.ts';
import { metrics } from './metrics.ts';
import { scale } from './scale.ts';
import { step } from './step.ts';

export const parts: readonly Part[] = [echo, latency, login, idle, crowd, metrics, fanout, scale, step];
