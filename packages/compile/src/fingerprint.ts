/**
 * The fingerprint of a description: a short hash that shows whether a written description is as it was written.
 *
 * It covers the structure (states, events, targets, parameters, data) and where each function occurs. It does not cover the
 * functions' names, number of parameters or code, because a minifier changes all three. It runs wherever a description is loaded,
 * so it is short and imports nothing.
 * Proven by: test/fingerprint.test.ts.
 */
import type { MachineDescription } from './description.ts';

/** Goes up when a later version reads a description differently, so that it refuses one written for this version. */
const format = 1;

/** Up to seven characters: 32 bits of FNV-1a. It detects mistakes, not an attacker. */
export function fingerprintOf({
  context,
  maxIterations,
  wildcardsFollowExact,
  states,
}: MachineDescription): string {
  const numbers = new Map<unknown, number>();
  const text = JSON.stringify(
    [format, context, maxIterations, wildcardsFollowExact, states],
    (_, value: unknown) => {
      if (value instanceof Map) return ['map', ...value];
      if (typeof value === 'object' && value !== null) return value;
      // With its type: JSON has no undefined, Infinity or function. A function counts by its first appearance.
      if (typeof value === 'function' && !numbers.has(value)) numbers.set(value, numbers.size);
      return `${typeof value} ${String(numbers.get(value) ?? value)}`;
    },
  );
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(36);
}
