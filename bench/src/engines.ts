/** The engines of core besides its default, by the names of their rows. */
import { type Engine, inspectedEngine, xstateEngine } from '@sallyport/core';

export const engines: Readonly<Record<string, Engine>> = {
  'XState actor': inspectedEngine(() => {}),
  'transition()': xstateEngine,
};
