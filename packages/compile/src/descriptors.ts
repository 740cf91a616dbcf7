/**
 * Event descriptors: which event types a descriptor matches, and in which order several are tried.
 *
 * Nothing about states or transitions is here. `read.ts`, `table.ts`, `select.ts` and `step.ts` call it.
 * Proven by: test/descriptors.test.ts.
 */

export const isWildcard = (descriptor: string) => descriptor === '*' || descriptor.endsWith('.*');

/** `a.*` matches `a` as well. */
export function matchesWildcard(type: string, descriptor: string): boolean {
  if (descriptor === '*') return true;
  const prefix = descriptor.slice(0, -2);
  return type === prefix || (type.startsWith(prefix) && type[prefix.length] === '.');
}

/** The longest wildcard first. Wildcards of the same length keep their order. */
export function longestFirst(wildcards: readonly string[]): string[] {
  return wildcards.toSorted((a, b) => b.length - a.length);
}

/** Event types by which XState controls its actors. As descriptors they never match; as events they have another effect. */
export const isReserved = (type: string) => type === 'xstate.init' || type === 'xstate.stop';

/** Whether an event from outside must not have this type. */
export const isForbidden = (type: string) => type === '*' || isReserved(type);
