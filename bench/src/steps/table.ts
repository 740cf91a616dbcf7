/** The compiled session machine, which sessions run on. */
import { compiledEngine } from '@sallyport/core';
import { offerEngine } from './engine-step.ts';

offerEngine(compiledEngine);
