/**
 * Event descriptors: which event types one matches, and in which order several are tried.
 *
 * Nothing about states or transitions. Called by `read.ts`, `table.ts` and, for event types that no state names, `select.ts`.
 * Proven by: test/descriptors.test.ts.
 */

export const isWildcard = (descriptor: string) => descriptor === '*' || descriptor.endsWith('.*');

/** `a.*` matches `a` as well. */
export function matchesWildcard(type: string, descriptor: string): boolean {
  if (descriptor === '*') return true;
  const prefix = descriptor.slice(0, -2);
  return type === prefix || (type.startsWith(prefix) && type[prefix.length] === '.');
}

/** The more exact wildcard goes first; of two of the same length, the one that stands first. */
export function longestFirst(wildcards: readonly string[]): string[] {
  return wildcards.toSorted((a, b) => b.length - a.length);
}

/** Events by which XState governs its actors. As descriptors they would never match, as events do something else. */
export const isReserved = (type: string) => type === 'xstate.init' || type === 'xstate.stop';
