/**
 * Runs random cases in XState's `transition()` and in the table, side by side, and reports the first difference.
 *
 * XState is the reference. The table differs on purpose in a few things, which are left out here: the words for an endless
 * loop and for an event without a type, a start that throws (XState returns the status 'error'), and events after the end
 * (`transition()` takes them, an actor does not). test/deviations.test.ts tests each by name.
 */
import { isDeepStrictEqual } from 'node:util';
import type { AnyMachineSnapshot, AnyStateMachine, SnapshotFrom } from 'xstate';
import { type CompiledMachine, compile, type Snapshot } from '../src/index.ts';
import type { EventBlueprint } from './blueprint.ts';
import { partialValue } from './materialise.ts';
import type { Library } from './tracing-functions.ts';

type Table = CompiledMachine<AnyStateMachine>;
type TableSnapshot = Snapshot<AnyStateMachine>;

interface Outcome<State> {
  readonly snapshot?: State;
  readonly emitted?: readonly unknown[];
  readonly thrown?: string;
}

const endless = 'endless loop';
const untyped = 'event without a type';

/** Different words for the same error, made equal. */
function reasonOf({ message }: Error): string {
  if (/^(Infinite|Endless) loop/.test(message)) return endless;
  const isOurs = /^The type of (an|a raised) event must be a string/.test(message);
  const isXStates =
    /^Cannot read properties of (undefined|null) \(reading '(type|startsWith|split)'\)$/.test(message) ||
    /\.(startsWith|split) is not a function$/.test(message);
  return isOurs || isXStates ? untyped : message;
}

function outcomeOf<State>(run: () => Outcome<State>): Outcome<State> {
  try {
    return run();
  } catch (error) {
    return { thrown: reasonOf(error as Error) };
  }
}

function emittedBy(actions: readonly { type: string; params?: unknown }[]): unknown[] {
  return actions
    .filter(({ type }) => type === 'xstate.emit')
    .map(({ params }) => (params as { event: unknown }).event);
}

function inXState(run: () => readonly [AnyMachineSnapshot, readonly unknown[]]) {
  return outcomeOf(() => {
    const [snapshot, actions] = run();
    if (snapshot.status === 'error') throw snapshot.error;
    freeze(snapshot.context);
    return { snapshot, emitted: emittedBy(actions as { type: string }[]) };
  });
}

function inTable(run: (emitted: unknown[]) => TableSnapshot): Outcome<TableSnapshot> {
  const emitted: unknown[] = [];
  const outcome = outcomeOf(() => {
    const snapshot = run(emitted);
    freeze(snapshot.context);
    return { snapshot, emitted };
  });
  if (outcome.thrown !== undefined && emitted.length > 0)
    throw new Error('a step that threw has emitted something');
  return outcome;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}

/** Whether XState takes a transition without a guard or a target and with one emit, and no eventless one can follow. */
function takesOneEmit(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  event: { type: string },
): boolean {
  const [transition, ...more] = machine.getTransitionData(snapshot, event);
  if (transition === undefined || more.length > 0) return false;
  const { guard, target, actions } = transition;
  const [action] = actions;
  const { actions: named } = machine.implementations;
  const run =
    typeof action === 'function' ? action : named[typeof action === 'string' ? action : (action?.type ?? '')];
  const isEmit = (run as { type?: string } | undefined)?.type === 'xstate.emit';
  const hasEventless = snapshot._nodes.some(({ always }) => always !== undefined && always.length > 0);
  return guard === undefined && target === undefined && actions.length === 1 && isEmit && !hasEventless;
}

const hasGuards = ({ _nodes }: AnyMachineSnapshot) =>
  _nodes.some(({ transitions }) => [...transitions.values()].flat().some(({ guard }) => guard !== undefined));

function expectSame(what: string, table: unknown, reference: unknown): void {
  if (isDeepStrictEqual(table, reference)) return;
  throw new Error(`${what}\ntable:     ${JSON.stringify(table)}\nreference: ${JSON.stringify(reference)}`);
}

function visible({ snapshot, emitted, thrown }: Outcome<TableSnapshot | SnapshotFrom<AnyStateMachine>>) {
  if (snapshot === undefined) return { thrown };
  const { value, context, status, output, tags } = snapshot;
  return { value, context, status, output, tags: [...tags].sort(), emitted };
}

export interface Tally {
  cases: number;
  steps: number;
  changed: number;
  emitted: number;
  thrown: number;
  endless: number;
  /** Steps that threw because an event had no type. */
  untyped: number;
  done: number;
  /** Steps that `emitsOnly` announced. */
  announced: number;
}

export const emptyTally = (): Tally => ({
  cases: 0,
  steps: 0,
  changed: 0,
  emitted: 0,
  thrown: 0,
  endless: 0,
  untyped: 0,
  done: 0,
  announced: 0,
});

export interface Script {
  readonly input: number;
  readonly events: readonly EventBlueprint[];
}

/** Throws at the first difference. */
export function compareMachine(
  library: Library,
  machine: AnyStateMachine,
  scripts: readonly Script[],
  isBounded: boolean,
  tally: Tally,
): void {
  const table = compile(machine);
  // An XState without a limit hangs where the table throws; also in the temporary actor that it starts.
  if (!isBounded && inTable((emitted) => table.start(undefined, emitted)).thrown === endless) return;
  for (const script of scripts) compareScript(library, machine, table, script, isBounded, tally);
}

function compareScript(
  library: Library,
  machine: AnyStateMachine,
  table: Table,
  { input, events }: Script,
  isBounded: boolean,
  tally: Tally,
): void {
  tally.cases += 1;
  let ours = inTable((emitted) => table.start(input, emitted));
  if (ours.thrown === endless && !isBounded) return;
  let theirs = inXState(() => library.initialTransition(machine, input));
  const history: string[] = [`start ${input}`];
  expectSame(history.join(', '), visible(ours), visible(theirs));

  for (const event of events) {
    const { snapshot } = ours;
    const reference = theirs.snapshot;
    if (snapshot === undefined || reference === undefined) {
      tally.thrown += 1;
      return;
    }
    for (const path of table.states) {
      const part = partialValue(path.split('.').slice(0, 2));
      expectSame(`matches(${path})`, snapshot.matches(part as never), reference.matches(part as never));
    }
    if (snapshot.status === 'done') {
      tally.done += 1;
      return;
    }
    freeze(event);
    history.push(`${event.type} ${event.by}`);
    const nextOurs = inTable((emitted) => table.step(snapshot, event as { type: string }, emitted));
    tally.steps += 1;
    if (nextOurs.thrown === endless) tally.endless += 1;
    if (nextOurs.thrown === endless && !isBounded) continue;
    if (nextOurs.thrown === untyped) tally.untyped += 1;
    const nextTheirs = inXState(() => library.transition(machine, reference, event as { type: string }));
    expectSame(history.join(', '), visible(nextOurs), visible(nextTheirs));
    if (nextOurs.snapshot === undefined) continue;
    const isAnnounced = table.emitsOnly(snapshot.path, event.type as string);
    if (isAnnounced) tally.announced += 1;
    const changesNothing = nextOurs.snapshot === snapshot && nextOurs.emitted?.length === 1;
    const onlyEmits = changesNothing && takesOneEmit(machine, reference, event as { type: string });
    if (isAnnounced && !onlyEmits) throw new Error(`${history}: does more than the emit that was announced`);
    if (!isAnnounced && onlyEmits && !hasGuards(reference))
      throw new Error(`${history}: emits only, but that was not announced`);
    if (nextTheirs.snapshot === reference && nextOurs.snapshot !== snapshot)
      throw new Error(`${history}: not the same object`);
    if (nextOurs.snapshot !== snapshot) tally.changed += 1;
    tally.emitted += nextOurs.emitted?.length ?? 0;
    ours = nextOurs;
    theirs = nextTheirs;
  }
}
