/**
 * The step: one event in, the next snapshot out, what was emitted on the way pushed onto the caller's array.
 *
 * The hot path. It looks up and runs; it makes no closure, no array unless an event is raised, and no object but the
 * events and contexts that the machine's own functions make and the snapshot that follows. XState is not imported here, nor by what is.
 * Proven by: test/differential.test.ts (it is XState's step), test/allocation.test.ts.
 */
import { type Arguments, argumentsOf } from './arguments.ts';
import { type Run, runOperations } from './operations.ts';
import { firstOf, select } from './select.ts';
import { CompletedSnapshot, TableSnapshot } from './snapshot.ts';
import type { Plan, State } from './state.ts';
import type { Table } from './table.ts';

type Event = Arguments['event'];

export interface StepFunctions {
  start(input: unknown, emitted: object[]): TableSnapshot;
  step(snapshot: TableSnapshot, event: Event, emitted: object[]): TableSnapshot;
}

const nothing: object = Object.freeze({});
const noEvent: Event = Object.freeze({ type: '' });

export function createStepFunctions(table: Table): StepFunctions {
  const { initial, context: initialContext, maxIterations } = table;

  // Lent to one step at a time: a step from within a step, and the one after a step that threw, get a new one.
  let idle: Run | undefined;

  function lend(context: object, event: Event): Run {
    const run = idle ?? { args: argumentsOf({ context, event }), raised: undefined, output: undefined };
    idle = undefined;
    run.args.context = context;
    run.args.event = event;
    return run;
  }

  /** Keeps nobody's context, message or credentials until the next step. */
  function giveBack(run: Run): void {
    run.args.context = nothing;
    run.args.event = noEvent;
    if (run.raised !== undefined) run.raised = undefined;
    if (run.output !== undefined) run.output = undefined;
    idle = run;
  }

  function start(input: unknown, emitted: object[]): TableSnapshot {
    const { length } = emitted;
    try {
      const context =
        typeof initialContext === 'function' ? { ...initialContext(argumentsOf({ input })) } : initialContext;
      const event: Event & { readonly input: unknown } = { type: 'xstate.init', input };
      const run = lend(context, event);
      runOperations(initial.operations, run, emitted);
      const state = settle(initial.to as State, run, emitted);
      const snapshot = snapshotOf(state, run);
      giveBack(run);
      return snapshot;
    } catch (error) {
      emitted.length = length;
      throw error;
    }
  }

  function step(snapshot: TableSnapshot, event: Event, emitted: object[]): TableSnapshot {
    const before = TableSnapshot.stateOf(snapshot);
    const { length } = emitted;
    try {
      const run = lend(snapshot.context, event);
      const plan = select(before, run.args);
      let state = before;
      if (plan !== undefined) {
        runOperations(plan.operations, run, emitted);
        state = plan.to ?? before;
      }
      if (state.always.length > 0 || run.raised !== undefined) state = settle(state, run, emitted);
      const isUnchanged = state === before && run.args.context === snapshot.context;
      const after = isUnchanged ? snapshot : snapshotOf(state, run);
      giveBack(run);
      return after;
    } catch (error) {
      // As in XState, a step that throws has no outcome at all.
      emitted.length = length;
      throw error;
    }
  }

  /** Takes eventless transitions and raised events until neither is left. */
  function settle(from: State, run: Run, emitted: object[]): State {
    let state = from;
    let tryAlways = true;
    for (let iterations = 1; state.status === 'active'; iterations += 1) {
      if (iterations > maxIterations) {
        throw new Error(
          `Endless loop in state '${state.path}': more than ${maxIterations} microsteps in one step, by eventless ` +
            'transitions or raised events. Break the cycle, or set options.maxIterations if it does end.',
        );
      }
      let plan: Plan | undefined = tryAlways ? firstOf(state.always, state, run.args) : undefined;
      const isEventless: boolean = plan !== undefined;
      if (plan === undefined) {
        const event = run.raised?.shift();
        if (event === undefined) break;
        run.args.event = event;
        plan = select(state, run.args);
      }
      const { context } = run.args;
      const previous = state;
      if (plan !== undefined) {
        runOperations(plan.operations, run, emitted);
        state = plan.to ?? state;
      }
      // An eventless transition that changed nothing would be taken for ever: XState waits for the next event.
      tryAlways = !isEventless || state !== previous || run.args.context !== context;
    }
    return state;
  }

  return { start, step };
}

function snapshotOf(state: State, { args, output }: Run): TableSnapshot {
  return output === undefined
    ? new TableSnapshot(state, args.context)
    : new CompletedSnapshot(state, args.context, output);
}
