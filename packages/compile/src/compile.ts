/**
 * `compile`: a machine in, its two functions out; and their types, all inferred from the machine's. From a description that
 * was written ahead of time (`ahead.ts`) come the same two.
 *
 * Nothing is decided here: `read.ts` reads, `table.ts` lays out, `step.ts` runs.
 * Proven by: test/types.test.ts, and every other test by way of it.
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
import type { MachineDescription } from './description.ts';
import { readMachine } from './read.ts';
import { createStepFunctions, type StepFunctions } from './step.ts';
import { buildTable } from './table.ts';

/** Where a machine of this type stands. Immutable, and small: all but its context belongs to the table. */
export interface Snapshot<Machine extends AnyStateMachine> {
  readonly value: SnapshotFrom<Machine>['value'];
  /** The innermost active state, as a dotted path: one string for each leaf, as `states` of the machine lists them. */
  readonly path: string;
  readonly context: ContextFrom<Machine>;
  readonly status: 'active' | 'done';
  /** Of a machine that is done and has one. */
  readonly output: OutputFrom<Machine> | undefined;
  readonly tags: ReadonlySet<TagsFrom<Machine>>;
  hasTag(tag: TagsFrom<Machine>): boolean;
  readonly matches: SnapshotFrom<Machine>['matches'];
}

export interface CompiledMachine<Machine extends AnyStateMachine> {
  /** The dotted path of every state a snapshot can be in. */
  readonly states: readonly string[];
  /** The initial transition. Pushes what is emitted onto `emitted`, in order. */
  start(input: InputFrom<Machine>, emitted: EmittedFrom<Machine>[]): Snapshot<Machine>;
  /**
   * One macrostep. Pushes what is emitted onto `emitted`, in order. Returns the same snapshot when neither state nor
   * context changed. When a guard or an action throws, so does this, and nothing was emitted.
   */
  step(
    snapshot: Snapshot<Machine>,
    event: EventFromLogic<Machine>,
    emitted: EmittedFrom<Machine>[],
  ): Snapshot<Machine>;
}

/** Throws a `CompileError` if the machine holds anything outside the subset. */
export function compile<Machine extends AnyStateMachine>(machine: Machine): CompiledMachine<Machine> {
  return compileDescription<Machine>(readMachine(machine));
}

/** Compiles what `writeDescription` has written ahead of time, where there is no XState. The type is the machine's. */
export function compileDescription<Machine extends AnyStateMachine>(
  description: MachineDescription,
): CompiledMachine<Machine> {
  const table = buildTable(description);
  const stepper: StepFunctions = createStepFunctions(table);
  // The only place where the table, which knows no types, meets those of its machine.
  return { states: table.states.map(({ path }) => path), ...stepper } as unknown as CompiledMachine<Machine>;
}
