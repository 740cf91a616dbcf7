/** The session machine by XState's pure `transition()`. */
import { xstateEngine } from '@sallyport/core';
import { offerEngine } from './engine-step.ts';

offerEngine(xstateEngine);
