/**
 * `compile` turns a machine into its two functions. Their types are inferred from the machine's. `compileDescription` does the
 * same with a description that was written ahead of time.
 *
 * Nothing is decided here: `read.ts` reads, `table.ts` builds the table, `step.ts` runs it.
 * Proven by: test/types.test.ts, test/fingerprint.test.ts, and every other test through it.
 */
import type {
  AnyStateMachine,
  ContextFrom,
  EmittedFrom,
  EventFromLogic,
  InputFrom,
  OutputFrom,
  SnapshotFrom,
  TagsFrom,
} from 'xstate';
import type { MachineDescription, WrittenDescription } from './description.ts';
import { createEmitsOnly } from './emits-only.ts';
import { fingerprintOf } from './fingerprint.ts';
import { readMachine } from './read.ts';
import { createStepFunctions, type StepFunctions } from './step.ts';
import { buildTable } from './table.ts';

/** A state of the machine and a context. Immutable, and small: only the context belongs to the snapshot alone. */
export interface Snapshot<Machine extends AnyStateMachine> {
  /** The state value, as in XState: a key, or keys nested in objects. */
  readonly value: SnapshotFrom<Machine>['value'];
  /** The active leaf state as a dotted path, such as `open.idle`. One of the machine's `states`. */
  readonly path: string;
  /** The machine's data. Never mutated: an `assign` makes a new one. */
  readonly context: ContextFrom<Machine>;
  /** `done` once a final child of the root is active. Then no event has an effect. */
  readonly status: 'active' | 'done';
  /** What a machine that is done returns. Undefined while it is active, or if it has no output. */
  readonly output: OutputFrom<Machine> | undefined;
  /** The tags of all active states. */
  readonly tags: ReadonlySet<TagsFrom<Machine>>;
  /** Whether an active state has this tag. */
  hasTag(tag: TagsFrom<Machine>): boolean;
  /** Whether the state value is this one, or this one is a part of it that starts at the root. As in XState. */
  readonly matches: SnapshotFrom<Machine>['matches'];
}

/** A machine as a transition table. It keeps no snapshot: one table serves any number of sessions. */
export interface CompiledMachine<Machine extends AnyStateMachine> {
  /** The dotted paths of all states that a snapshot can be in. */
  readonly states: readonly string[];
  /** Takes the initial transition. Pushes what is emitted onto `emitted`, in order. Throws if an action throws. */
  start(input: InputFrom<Machine>, emitted: EmittedFrom<Machine>[]): Snapshot<Machine>;
  /**
   * Takes one event, and everything that follows from it: raised events and eventless transitions. Pushes what is emitted onto
   * `emitted`, in order. Returns the same snapshot if neither state nor context has changed. If a guard or an action throws, it
   * throws the error, and `emitted` is as before. Throws a `TypeError` if the event's type is not a string.
   */
  step(
    snapshot: Snapshot<Machine>,
    event: EventFromLogic<Machine>,
    emitted: EmittedFrom<Machine>[],
  ): Snapshot<Machine>;
  /**
   * Whether a step with an event of this type, in the state with this dotted path, always emits one thing and does nothing else:
   * the event takes a transition without a target, without a guard and with one `emit`, and the state has no eventless
   * transition. Such a step returns the same snapshot. A caller may then skip the step. It throws only if the machine's own
   * function throws. `false` for a type that no event may have. Throws an `Error` if the machine has no such state.
   */
  emitsOnly(state: string, type: EventFromLogic<Machine>['type']): boolean;
}

/** Compiles a machine. Throws a `CompileError` if it holds anything outside the subset. */
export function compile<Machine extends AnyStateMachine>(machine: Machine): CompiledMachine<Machine> {
  return compiled<Machine>(readMachine(machine));
}

/**
 * Compiles a description that `writeDescription` has written, without XState. `Machine` is the type of its machine.
 *
 * Throws an `Error` if the description is not as it was written: edited or merged, written for another version of this package,
 * or without a function that its module no longer exports. It cannot see that the machine has changed since then. Where the
 * machine is at hand, `checkDescription` can.
 */
export function compileDescription<Machine extends AnyStateMachine>(
  description: WrittenDescription,
): CompiledMachine<Machine> {
  if (description.fingerprint !== fingerprintOf(description))
    // A plain error: a browser need not carry the other one for this.
    throw new Error(
      `The description of '${description.states?.[0]?.id}' was edited, lacks a function, or is for another version of ` +
        '@sallyport/compile: write it again.',
    );
  return compiled<Machine>(description);
}

function compiled<Machine extends AnyStateMachine>(
  description: MachineDescription,
): CompiledMachine<Machine> {
  const table = buildTable(description);
  const functions: StepFunctions = createStepFunctions(table);
  // The only place where the untyped table gets the types of its machine.
  return {
    states: table.states.map(({ path }) => path),
    ...functions,
    emitsOnly: createEmitsOnly(table),
  } as unknown as CompiledMachine<Machine>;
}
