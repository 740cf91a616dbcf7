/**
 * The revision of the session machine: a short hash of its definition. A replay compares it with that of the recording.
 *
 * It covers states, transitions, actions, their parameters and the names of guards, and not the code of actions and guards.
 * Proven by: test/machine-revision.test.ts.
 */
import { sessionMachine } from '@sallyport/core';

/** What `toJSON` of an XState machine gives. */
interface Definable {
  toJSON(): unknown;
}

/** Up to seven characters: 32 bits of FNV-1a. It detects changes, not an attacker. */
export function revisionOf(machine: Definable): string {
  const text = JSON.stringify(machine.toJSON(), (_, value: unknown) =>
    typeof value === 'function' ? `function ${value.name}` : value,
  );
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** The revision of the session machine of the installed `@sallyport/core`. */
export const machineRevision: string = revisionOf(sessionMachine);
