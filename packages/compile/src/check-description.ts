/**
 * Checks a written description against its machine, where both are at hand: in a test, or at the start of a program that has
 * XState anyway. A program that loads only the description checks the fingerprint (`fingerprint.ts`).
 * Proven by: test/fingerprint.test.ts.
 */
import type { AnyStateMachine } from 'xstate';
import { CompileError } from './compile-error.ts';
import type { StateDescription, WrittenDescription } from './description.ts';
import { fingerprintOf } from './fingerprint.ts';
import { readMachine } from './read.ts';

/**
 * Throws a `CompileError` if the description is not that of this machine. The error names the first state that differs, and what
 * in it. Functions have to be the very same ones. Throws too if the machine holds anything outside the subset.
 */
export function checkDescription(description: WrittenDescription, machine: AnyStateMachine): void {
  const { states, ...rest } = readMachine(machine);
  const { states: writtenStates, fingerprint, ...writtenRest } = description;
  const refuseDifference = (state: string, path: string): never => {
    throw new CompileError(
      state,
      `a description that differs from its machine at ${path}`,
      'Write it again with writeDescription().',
    );
  };
  const inRest = differenceBetween(rest, writtenRest, '');
  if (inRest !== undefined) refuseDifference(machine.id, inRest.slice(1));
  const nameOf = ({ path }: StateDescription) => path || machine.id;
  states.forEach((state, number) => {
    const inState = differenceBetween(state, writtenStates[number], '');
    if (inState !== undefined) refuseDifference(nameOf(state), inState.slice(1) || 'the whole state');
  });
  const extra = writtenStates[states.length];
  if (extra !== undefined) refuseDifference(nameOf(extra), 'the whole state');
  if (fingerprint !== fingerprintOf(description)) refuseDifference(machine.id, 'fingerprint');
}

/** The path to the first difference, or undefined if there is none. */
function differenceBetween(one: unknown, other: unknown, path: string): string | undefined {
  if (Object.is(one, other)) return undefined;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return path;
  const [keyed, otherKeyed] = [entriesOf(one), entriesOf(other)];
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other) || keyed.length > otherKeyed.length)
    return firstMissing(keyed, otherKeyed, path);
  for (const [index, [key, value]] of keyed.entries()) {
    const [otherKey, otherValue] = otherKeyed[index] ?? [];
    const inside = `${path}.${String(key)}`;
    // The order matters too: it decides which of two transitions is tried first.
    if (typeof key !== 'object' && !Object.is(key, otherKey)) return inside;
    const found = differenceBetween(key, otherKey, inside) ?? differenceBetween(value, otherValue, inside);
    if (found !== undefined) return found;
  }
  return keyed.length < otherKeyed.length ? firstMissing(otherKeyed, keyed, path) : undefined;
}

const entriesOf = (value: object): (readonly [unknown, unknown])[] =>
  value instanceof Map ? [...value] : Object.entries(value);

type Entries = readonly (readonly [unknown, unknown])[];

function firstMissing(longer: Entries, shorter: Entries, path: string): string {
  const index = longer.findIndex(([key], at) => !Object.is(key, shorter[at]?.[0]));
  return index < 0 ? path : `${path}.${String(longer[index]?.[0])}`;
}
