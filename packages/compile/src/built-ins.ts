/**
 * What XState's built-in actions and guards carry, which its types do not declare.
 *
 * The only file that reads undeclared properties (`assignment`, `event`, `delay`, `check`, `guards`, `stateValue`, the
 * same names from XState 5.0 to 5.33). Whatever does not look as expected is refused by name: never guessed at, never
 * skipped. Called by `read.ts`.
 * Proven by: test/built-ins.test.ts, test/differential.test.ts (against both ends of the peer range).
 */
import type { AnyStateMachine } from 'xstate';
import type { ActionDescription, Expression, GuardDescription } from './description.ts';
import { actionAdvice, CompileError, refuse } from './refusals.ts';

/** Where something stands: the machine that gives names their meaning, and the state to name in a refusal. */
export interface Place {
  readonly machine: AnyStateMachine;
  readonly state: string;
  /** The number of the state with this id. */
  readonly stateWithId: (id: string) => number;
}

type Properties = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Properties => typeof value === 'object' && value !== null;
const isExpression = (value: unknown): value is Expression => typeof value === 'function';
const isEvent = (value: unknown) => isObject(value) && typeof value['type'] === 'string';

/** An action or a guard is a function, a name, or a name with parameters. */
function nameOf(reference: unknown): string | undefined {
  if (typeof reference === 'string') return reference;
  return isObject(reference) && typeof reference['type'] === 'string' ? reference['type'] : undefined;
}

const paramsOf = (reference: unknown) => (isObject(reference) ? reference['params'] : undefined);

export function readAction(action: unknown, place: Place): ActionDescription {
  const name = nameOf(action);
  const implementation = name === undefined ? action : place.machine.implementations.actions[name];
  if (name !== undefined && implementation === undefined) {
    refuse(place.state, `action '${name}' without an implementation`, 'missing');
  }
  if (!isExpression(implementation)) refuse(place.state, 'an action of unknown shape', 'unknownShape');
  const builtIn = implementation as unknown as Properties;
  if (!('resolve' in builtIn)) {
    const called = name ?? implementation.name;
    refuse(place.state, called ? `custom action '${called}'` : 'a custom action', 'customAction');
  }

  const { type } = builtIn;
  const params = paramsOf(action);
  switch (type) {
    case 'xstate.assign': {
      const body = builtIn['assignment'];
      if (!isExpression(body) && !isObject(body)) break;
      return { kind: 'assign', body, params };
    }
    case 'xstate.emit': {
      const body = builtIn['event'];
      if (!isExpression(body) && !isEvent(body)) break;
      return { kind: 'emit', body, params };
    }
    case 'xstate.raise': {
      const body = builtIn['event'];
      if (typeof body === 'string') refuse(place.state, `raise('${body}')`, 'raisedString');
      if (!isExpression(body) && !isEvent(body)) break;
      if (builtIn['delay'] !== undefined) refuse(place.state, 'raise with a delay', 'delayedRaise');
      return { kind: 'raise', body, params };
    }
    default: {
      const instead = actionAdvice[String(type)];
      if (instead !== undefined) throw new CompileError(place.state, `action ${type}`, instead);
    }
  }
  refuse(place.state, `action ${String(type)} of unknown shape`, 'unknownShape');
}

/** The name that XState tells when the guard throws. */
export const guardName = nameOf;

/** `behind` are the names that led here: a guard's implementation may be another guard's name. */
export function readGuard(guard: unknown, place: Place, behind: readonly string[] = []): GuardDescription {
  const name = nameOf(guard);
  if (name !== undefined) {
    if (behind.includes(name)) refuse(place.state, `guard '${name}' that refers to itself`, 'cyclicGuard');
    const implementation: unknown = place.machine.implementations.guards[name];
    if (implementation === undefined)
      refuse(place.state, `guard '${name}' without an implementation`, 'missing');
    const passed = [...behind, name];
    if (!isExpression(implementation)) return readGuard(implementation, place, passed);
    return readPredicate(implementation, paramsOf(guard), place, passed);
  }
  if (!isExpression(guard)) refuse(place.state, 'a guard of unknown shape', 'unknownShape');
  return readPredicate(guard, undefined, place, behind);
}

function readPredicate(
  test: Expression,
  params: unknown,
  place: Place,
  behind: readonly string[],
): GuardDescription {
  if (!('check' in test)) return { kind: 'call', test, params };
  const { check, guards, stateValue } = test as unknown as Properties;
  if (typeof stateValue === 'string' && stateValue.startsWith('#')) {
    return { kind: 'active', state: place.stateWithId(stateValue) };
  }
  if (typeof stateValue === 'string' || isObject(stateValue)) return { kind: 'matches', value: stateValue };
  const kind = Array.isArray(guards) && isExpression(check) ? connective(check) : undefined;
  if (kind === undefined) refuse(place.state, 'a built-in guard of unknown shape', 'unknownShape');
  const parts = (guards as unknown[]).map((part) => readGuard(part, place, behind));
  if (kind !== 'not') return { kind, guards: parts };
  const [negated] = parts;
  if (negated === undefined || parts.length > 1)
    refuse(place.state, 'not() of unknown shape', 'unknownShape');
  return { kind, guard: negated };
}

/** By what it says, since nothing tells the three apart by name once a bundler has shortened the names. */
function connective(check: Expression): 'and' | 'or' | 'not' | undefined {
  const says = (...answers: boolean[]) => {
    const guards = answers.map((answer) => () => answer);
    // Declared nowhere: check(snapshot, { context, event }, { guards }).
    return (check as (...args: unknown[]) => unknown)({}, {}, { guards });
  };
  try {
    const [both, one, none] = [says(true, true), says(true, false), says(false)];
    if (both === true && one === false && none === false) return 'and';
    if (both === true && one === true && none === false) return 'or';
    if (both === false && one === false && none === true) return 'not';
  } catch {
    // Not one of the three, then.
  }
  return undefined;
}
