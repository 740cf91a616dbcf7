/**
 * The engine: what runs the machine. A seam of two methods, so that the same machine can run compiled or as XState runs
 * it; a session knows no other way to step.
 *
 * Proven by: test/engines.test.ts (both take every path of the model alike), and compile's own differential test.
 */
import { compile } from '@sallyport/compile';
import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import type { Command } from './commands.ts';
import type { Fact } from './facts.ts';
import { type SessionInput, type SessionTag, type StateName, sessionMachine } from './machine.ts';

/** Where a session is. Immutable; the same object as before where nothing changed. */
export interface Snapshot {
  /** As XState has it: a name, or an object of one name within another. */
  readonly value: string | object;
  readonly status: string;
  hasTag(tag: SessionTag): boolean;
}

export interface Engine {
  /** The first state. Appends what it commands, in order. */
  start(input: SessionInput, commands: Command[]): Snapshot;
  /** The state after a fact. Appends what it commands, in order; runs none of it. */
  step(snapshot: Snapshot, fact: Fact, commands: Command[]): Snapshot;
}

/** The table that the machine is compiled to when this is loaded: what runs where nothing else is said. */
export const compiledEngine: Engine = compile(sessionMachine);

type XStateSnapshot = SnapshotFrom<typeof sessionMachine>;

/** XState's own pure functions: the reference, and slow. */
export const xstateEngine: Engine = {
  start(input, commands) {
    return collect(initialTransition(sessionMachine, input), commands);
  },
  step(snapshot, fact, commands) {
    return collect(transition(sessionMachine, snapshot as unknown as XStateSnapshot, fact), commands);
  },
};

/** XState returns emits among the actions to execute, in a form that its types do not list. */
function collect([snapshot, actions]: readonly [unknown, readonly object[]], commands: Command[]): Snapshot {
  for (const action of actions as { params: { event: Command } }[]) commands.push(action.params.event);
  return snapshot as Snapshot;
}

export function stateName({ value }: Snapshot): StateName {
  if (typeof value === 'string') return value as StateName;
  return Object.entries(value)[0]?.join('.') as StateName;
}
