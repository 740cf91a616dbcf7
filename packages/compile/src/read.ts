/**
 * Reads an XState machine into a description without XState's objects, and refuses what the table cannot do.
 *
 * This file reads only what XState declares: `machine.root` and the state nodes below it. `built-ins.ts` reads what built-in
 * actions and guards carry, which XState does not declare. `compile.ts` calls it once for each machine.
 * Proven by: test/refusals.test.ts, test/rules.test.ts, test/differential.test.ts.
 */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { guardName, type Known, type Place, readAction, readGuard } from './built-ins.ts';
import { CompileError } from './compile-error.ts';
import type { MachineDescription, StateDescription, TransitionDescription } from './description.ts';
import { isReserved, isWildcard } from './descriptors.ts';
import { nearest } from './nearest.ts';
import { refuse, xstate4Keys } from './refusals.ts';

/** Without a limit, XState hangs on an endless loop. No correct step needs so many microsteps. */
const defaultMaxIterations = 100_000;

// A key on no list may belong to a later XState, where it has an effect.
const knownStateKeys = new Set(
  (
    'id type initial states on onDone always entry exit tags output meta description order history target ' +
    'invoke after route context version types schemas options'
  ).split(' '),
);
const knownTransitionKeys = new Set(
  'target actions guard reenter meta description source eventType toJSON'.split(' '),
);
const knownOptions = new Set(['maxIterations']);

export function readMachine(machine: AnyStateMachine): MachineDescription {
  const nodes: AnyStateNode[] = [];
  addInDocumentOrder(machine.root, nodes);
  const numbers = new Map(nodes.map((node, number) => [node, number]));
  const known: Known = { actions: new Map(), guards: new Map() };
  const states = nodes.map((node) => readState(node, machine, numbers, known));
  const options: { readonly maxIterations?: unknown } = machine.config.options ?? {};
  refuseUnknown(options, knownOptions, machine.id, 'option');
  const maxIterations = options.maxIterations ?? defaultMaxIterations;
  // As in XState, every falsy context is the empty one.
  const context = machine.config.context || {};
  if (typeof maxIterations !== 'number' || !(maxIterations >= 1))
    refuse(machine.id, `maxIterations ${maxIterations}`, 'maxIterations');
  return { states, context, maxIterations, wildcardsFollowExact: wildcardsFollowExact(machine) };
}

function addInDocumentOrder(node: AnyStateNode, nodes: AnyStateNode[]): void {
  nodes.push(node);
  for (const child of Object.values(node.states)) addInDocumentOrder(child, nodes);
}

function readState(
  node: AnyStateNode,
  machine: AnyStateMachine,
  numbers: ReadonlyMap<AnyStateNode, number>,
  known: Known,
): StateDescription {
  const state = node.path.join('.') || machine.id;
  const numberOf = (target: AnyStateNode) =>
    numbers.get(target) ?? refuse(state, 'a target outside the machine', 'foreignTarget');
  const stateWithId = (id: string) => {
    try {
      return numberOf(machine.getStateNodeById(id));
    } catch {
      return refuse(state, `stateIn('${id}') of an unknown state`, 'foreignTarget');
    }
  };
  const place: Place = { machine, state, stateWithId, known };
  const readActions = (actions: readonly unknown[]) => actions.map((action) => readAction(action, place));

  const type = readType(node, state);
  refuseUnknown(node.config, knownStateKeys, state, 'key');

  function readTransition(transition: AnyTransitionDefinition): TransitionDescription {
    refuseUnknown(transition, knownTransitionKeys, state, 'transition key');
    const [target, ...more] = transition.target ?? [];
    if (more.length > 0) refuse(state, 'a transition with several targets', 'severalTargets');
    return {
      source: numberOf(node),
      target: target && numberOf(target),
      reenter: transition.reenter,
      guard: transition.guard === undefined ? undefined : readGuard(transition.guard, place),
      guardName: guardName(transition.guard),
      actions: readActions(transition.actions),
    };
  }

  function readCandidates([descriptor, candidates]: [string, readonly AnyTransitionDefinition[]]) {
    if (isReserved(descriptor)) refuse(state, `event '${descriptor}'`, 'reserved');
    if (isWildcard(descriptor) && descriptor.slice(0, -1).split('.').includes('*')) {
      refuse(state, `event descriptor '${descriptor}'`, 'infixWildcard');
    }
    return [descriptor, candidates.map(readTransition)] as const;
  }

  const [first] = type === 'compound' ? node.initial.target : [];
  return {
    id: node.id,
    key: node.key,
    path: node.path.join('.'),
    parent: node.parent && numberOf(node.parent),
    type,
    tags: node.tags,
    initial: first && { state: numberOf(first), actions: readActions(node.initial.actions) },
    entry: readActions(node.entry),
    exit: readActions(node.exit),
    on: new Map([...node.transitions].map(readCandidates)),
    always: (node.always ?? []).map(readTransition),
    output: node.output,
  };
}

function readType(node: AnyStateNode, state: string): StateDescription['type'] {
  const { type } = node;
  if (type === 'parallel') refuse(state, 'a parallel state', 'parallel');
  if (type === 'history') refuse(state, 'a history state', 'history');
  if (node.invoke.length > 0) refuse(state, 'invoke', 'invoke');
  if (node.after.length > 0) refuse(state, 'after', 'after');
  if (node.config.route !== undefined) refuse(state, 'route', 'route');
  const isLeaf = type !== 'compound';
  if (isLeaf && Object.keys(node.states).length > 0)
    refuse(state, `child states below type '${type}'`, 'childless');
  return type;
}

function refuseUnknown(config: object, known: ReadonlySet<string>, state: string, what: string): void {
  const unknown = Object.keys(config).find((key) => !known.has(key));
  if (unknown === undefined) return;
  const feature = `${what} '${unknown}'`;
  const instead = xstate4Keys.get(unknown);
  if (instead !== undefined && what !== 'option')
    throw new CompileError(state, feature, `XState 4 had it, XState 5 ignores it. ${instead}.`);
  const similar = nearest(unknown, known);
  if (similar === undefined) refuse(state, feature, 'unknownKey');
  throw new CompileError(state, feature, `Did you mean '${similar}'?`);
}

/**
 * Does this XState try wildcards after an exact descriptor whose guards all failed? XState changed the rule within version 5
 * (https://github.com/statelyai/xstate/pull/5548), so a small machine of the same class shows it.
 */
function wildcardsFollowExact(machine: AnyStateMachine): boolean {
  const Machine = machine.constructor as new (config: object) => AnyStateMachine;
  const declined = { guard: () => false };
  const probe = new Machine({ initial: 'a', states: { a: { on: { event: declined, '*': {} } } } });
  const snapshot = probe.resolveState({ value: 'a', context: {} });
  return probe.getTransitionData(snapshot, { type: 'event' }).length > 0;
}
