/**
 * The engine runs the machine. It has two methods, so that the same machine can run compiled or in XState itself.
 *
 * Proven by: test/engines.test.ts (both engines take every path of the model alike), and compile's differential test.
 */
import { compile } from '@sallyport/compile';
import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import type { Command } from './commands.ts';
import type { Fact } from './facts.ts';
import { type SessionInput, type SessionTag, type StateName, sessionMachine } from './machine.ts';
import { deliveringStates } from './message-shortcut.ts';

/** The state of a session. Immutable. A step that changes nothing returns the same object. */
export interface Snapshot {
  /** The state as XState writes it: a name, or an object that maps a parent to its child. */
  readonly value: string | object;
  /** `active`, or `done` once the session has ended. */
  readonly status: string;
  /** Whether the current state has this tag. */
  hasTag(tag: SessionTag): boolean;
}

/** Runs the session machine, one pure step at a time. */
export interface Engine {
  /** Returns the first state, and appends its commands in order. */
  start(input: SessionInput, commands: Command[]): Snapshot;
  /** Returns the state after a fact, and appends its commands in order. It runs none of them. */
  step(snapshot: Snapshot, fact: Fact, commands: Command[]): Snapshot;
}

const table = compile(sessionMachine);
type CompiledSnapshot = ReturnType<typeof table.step>;

/** The default engine: the machine compiled to a table when this module loads. */
export const compiledEngine: Engine = table;

const delivering = deliveringStates(table, sessionMachine);

/**
 * Whether a step of this engine with a message, in this state, does nothing but deliver it. False for every other engine, also for
 * one that is made of `compiledEngine` and has a `step` of its own.
 */
export function deliversDirectly(engine: Engine, snapshot: Snapshot): boolean {
  return engine.step === compiledEngine.step && delivering.has((snapshot as CompiledSnapshot).path);
}

type XStateSnapshot = SnapshotFrom<typeof sessionMachine>;

/** XState's own pure functions. The reference for `compiledEngine`, and slower. */
export const xstateEngine: Engine = {
  start(input, commands) {
    return collect(initialTransition(sessionMachine, input), commands);
  },
  step(snapshot, fact, commands) {
    return collect(transition(sessionMachine, snapshot as unknown as XStateSnapshot, fact), commands);
  },
};

/** XState returns emitted events among its actions, in a form that its types do not list. */
function collect([snapshot, actions]: readonly [unknown, readonly object[]], commands: Command[]): Snapshot {
  for (const action of actions as { params: { event: Command } }[]) commands.push(action.params.event);
  return snapshot as Snapshot;
}

/** The compiled machine has one value for each state, so a scrape of the metrics makes no name anew for each session. */
const names = new WeakMap<object, StateName>();

export function stateName({ value }: Snapshot): StateName {
  if (typeof value === 'string') return value as StateName;
  const name = names.get(value) ?? (Object.entries(value)[0]?.join('.') as StateName);
  names.set(value, name);
  return name;
}
