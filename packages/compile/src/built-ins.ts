/**
 * Reads what XState's built-in actions and guards carry, which XState's types do not declare.
 *
 * The only file that reads undeclared properties (`assignment`, `event`, `delay`, `check`, `guards`, `stateValue`; XState
 * 5.0 to 5.33 use the same names). A shape that is not as expected is refused by name: never guessed, never skipped. A
 * value that the machine's author put in the wrong place is refused with what belongs there. Called by `read.ts`.
 * Proven by: test/built-ins.test.ts, test/differential.test.ts (against both ends of the peer range).
 */
import type { AnyStateMachine } from 'xstate';
import { CompileError } from './compile-error.ts';
import type { ActionDescription, Expression, GuardDescription } from './description.ts';
import { actionAdvice, refuse } from './refusals.ts';

/** Where an action or a guard is: the machine that implements names, and the state to name in a refusal. */
export interface Place {
  readonly machine: AnyStateMachine;
  readonly state: string;
  /** The number of the state with this id. */
  readonly stateWithId: (id: string) => number;
  readonly known: Known;
}

/** What was read already, for the whole machine: a name that a thousand transitions use is read once. */
export interface Known {
  /** By implementation. */
  readonly actions: Map<unknown, Pick<ActionDescription, 'kind' | 'body'>>;
  /** By name, or by function. Guards with parameters are not here. */
  readonly guards: Map<unknown, GuardDescription>;
}

type Properties = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Properties => typeof value === 'object' && value !== null;
const isExpression = (value: unknown): value is Expression => typeof value === 'function';
const isEvent = (value: unknown) => isObject(value) && typeof value['type'] === 'string';

/** The value in a few words, for a refusal. */
function inWords(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return 'an array';
  if (isObject(value)) return 'an object without a type';
  return isExpression(value) ? 'a function' : String(value);
}

/** An action or a guard is a function, a name, or a name with parameters. */
function nameOf(reference: unknown): string | undefined {
  if (typeof reference === 'string') return reference;
  return isObject(reference) && typeof reference['type'] === 'string' ? reference['type'] : undefined;
}

const paramsOf = (reference: unknown) => (isObject(reference) ? reference['params'] : undefined);

/** Nothing for a name that every object inherits, such as `toString`. */
function implementationOf(implementations: object, name: string): unknown {
  const found = (implementations as Properties)[name];
  return found === (Object.prototype as unknown as Properties)[name] ? undefined : found;
}

export function readAction(action: unknown, place: Place): ActionDescription {
  const name = nameOf(action);
  if (name === undefined && !isExpression(action))
    refuse(place.state, `${inWords(action)} as an action`, 'notAction');
  const implementation =
    name === undefined ? action : implementationOf(place.machine.implementations.actions, name);
  if (name !== undefined && implementation === undefined) {
    refuse(place.state, `action '${name}' without an implementation`, 'missing');
  }
  if (!isExpression(implementation))
    refuse(place.state, `action '${name}' implemented by ${inWords(implementation)}`, 'notAction');
  let read = place.known.actions.get(implementation);
  if (read === undefined) {
    read = readBuiltIn(implementation, name, place);
    place.known.actions.set(implementation, read);
  }
  return { ...read, params: paramsOf(action) };
}

function readBuiltIn(
  implementation: Expression,
  name: string | undefined,
  place: Place,
): Pick<ActionDescription, 'kind' | 'body'> {
  const builtIn = implementation as unknown as Properties;
  if (!('resolve' in builtIn)) {
    const called = name ?? implementation.name;
    refuse(place.state, called ? `custom action '${called}'` : 'a custom action', 'customAction');
  }
  const { type } = builtIn;
  switch (type) {
    case 'xstate.assign': {
      if (!('assignment' in builtIn)) break;
      return { kind: 'assign', body: readAssigner(builtIn['assignment'], place) };
    }
    case 'xstate.emit': {
      if (!('event' in builtIn)) break;
      return { kind: 'emit', body: readEvent(builtIn['event'], 'emit', place) };
    }
    case 'xstate.raise': {
      if (!('event' in builtIn)) break;
      const body = builtIn['event'];
      if (typeof body === 'string') refuse(place.state, `raise('${body}')`, 'raisedString');
      if (builtIn['delay'] !== undefined) refuse(place.state, 'raise with a delay', 'delayedRaise');
      return { kind: 'raise', body: readEvent(body, 'raise', place) };
    }
    default: {
      const instead = actionAdvice[String(type)];
      if (instead !== undefined) throw new CompileError(place.state, `action ${type}`, instead);
    }
  }
  refuse(place.state, `action ${String(type)} of unknown shape`, 'unknownShape');
}

function readAssigner(body: unknown, { state }: Place): unknown {
  if (isExpression(body)) return body;
  if (!isObject(body) || Array.isArray(body)) refuse(state, `assign(${inWords(body)})`, 'notAssigner');
  for (const [key, { get, set }] of Object.entries(Object.getOwnPropertyDescriptors(body)))
    if (get ?? set) refuse(state, `assign with a getter for '${key}'`, 'getter');
  return Object.entries(body);
}

function readEvent(body: unknown, action: 'emit' | 'raise', { state }: Place): unknown {
  if (!isExpression(body) && !isEvent(body)) refuse(state, `${action}(${inWords(body)})`, 'notEvent');
  return body;
}

/** The name that XState puts into the message when the guard throws. */
export const guardName = nameOf;

/** `outerNames` are the names that led to this guard: the implementation of a name may be another name. */
export function readGuard(
  guard: unknown,
  place: Place,
  outerNames: ReadonlySet<string> = new Set(),
): GuardDescription {
  const known = place.known.guards.get(guard);
  if (known !== undefined) return known;
  const read = readUnknownGuard(guard, place, outerNames);
  // A reference with parameters is an object of its own, which no other place uses.
  if (!isObject(guard)) place.known.guards.set(guard, read);
  return read;
}

function readUnknownGuard(guard: unknown, place: Place, outerNames: ReadonlySet<string>): GuardDescription {
  const name = nameOf(guard);
  if (name === undefined) {
    // XState always allows a transition whose guard is null or false. That is rarely what its author means.
    if (!isExpression(guard)) refuse(place.state, `${inWords(guard)} as a guard`, 'notGuard');
    return readPredicate(guard, undefined, place, outerNames);
  }
  if (outerNames.has(name)) refuse(place.state, `guard '${name}' that refers to itself`, 'cyclicGuard');
  const implementation = implementationOf(place.machine.implementations.guards, name);
  if (implementation === undefined)
    refuse(place.state, `guard '${name}' without an implementation`, 'missing');
  const names = new Set([...outerNames, name]);
  if (isExpression(implementation)) return readPredicate(implementation, paramsOf(guard), place, names);
  if (nameOf(implementation) === undefined)
    refuse(place.state, `guard '${name}' implemented by ${inWords(implementation)}`, 'notGuard');
  return readGuard(implementation, place, names);
}

function readPredicate(
  test: Expression,
  params: unknown,
  place: Place,
  outerNames: ReadonlySet<string>,
): GuardDescription {
  if (!('check' in test)) return { kind: 'call', test, params };
  const { check, guards, stateValue } = test as unknown as Properties;
  if (typeof stateValue === 'string' && stateValue.startsWith('#')) {
    return { kind: 'active', state: place.stateWithId(stateValue) };
  }
  if (typeof stateValue === 'string' || isObject(stateValue)) return { kind: 'matches', value: stateValue };
  if ('stateValue' in test) refuse(place.state, `stateIn(${inWords(stateValue)})`, 'notStateValue');
  if ('guards' in test && !Array.isArray(guards))
    refuse(place.state, `and() or or() of ${inWords(guards)}`, 'notGuardList');
  const kind = Array.isArray(guards) && isExpression(check) ? connectiveOf(check) : undefined;
  if (kind === undefined) refuse(place.state, 'a built-in guard of unknown shape', 'unknownShape');
  const parts = (guards as unknown[]).map((part) => readGuard(part, place, outerNames));
  if (kind !== 'not') return { kind, guards: parts };
  const [negated] = parts;
  if (negated === undefined || parts.length > 1)
    refuse(place.state, 'not() of unknown shape', 'unknownShape');
  return { kind, guard: negated };
}

/** Tells and(), or() and not() apart by what they return, because a bundler may have shortened their names. */
function connectiveOf(check: Expression): 'and' | 'or' | 'not' | undefined {
  const resultFor = (...results: boolean[]) => {
    const guards = results.map((result) => () => result);
    // Undeclared: check(snapshot, { context, event }, { guards }).
    return (check as (...args: unknown[]) => unknown)({}, {}, { guards });
  };
  try {
    const [both, one, none] = [resultFor(true, true), resultFor(true, false), resultFor(false)];
    if (both === true && one === false && none === false) return 'and';
    if (both === true && one === true && none === false) return 'or';
    if (both === false && one === false && none === true) return 'not';
  } catch {
    // A guard of another kind.
  }
  return undefined;
}
