/**
 * The step: takes one event, returns the next snapshot, and pushes what the machine emits onto the caller's array.
 *
 * This is the hot path. It looks up and runs. It makes no closure, no array unless an event is raised, and no object except
 * the next snapshot and the events and contexts that the machine's own functions make. Nothing here imports XState.
 * Proven by: test/differential.test.ts (it does what XState does), test/allocation.test.ts.
 */
import { type Arguments, argumentsOf } from './arguments.ts';
import { isForbidden } from './descriptors.ts';
import { emittedBy, type Run, runOperations } from './operations.ts';
import { select, selectEventless } from './select.ts';
import { CompletedSnapshot, TableSnapshot } from './snapshot.ts';
import type { Plan, State } from './state.ts';
import type { Table } from './table.ts';

type Event = Arguments['event'];

export interface StepFunctions {
  start(input: unknown, emitted: object[]): TableSnapshot;
  step(snapshot: TableSnapshot, event: Event, emitted: object[]): TableSnapshot;
}

const noContext: object = Object.freeze({});
const noEvent: Event = Object.freeze({ type: '' });

export function createStepFunctions(table: Table): StepFunctions {
  const { initial, context: initialContext, maxIterations } = table;

  // One step at a time borrows it. A step within a step gets a new one, and so does the step after one that threw.
  let idle: Run | undefined;

  function borrow(context: object, event: Event): Run {
    const run = idle ?? { args: argumentsOf({ context, event }), raised: undefined, output: undefined };
    idle = undefined;
    run.args.context = context;
    run.args.event = event;
    return run;
  }

  /** Drops every reference to the context and the event, so that no message or credential outlives its step. */
  function giveBack(run: Run): void {
    run.args.context = noContext;
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
      const run = borrow(context, event);
      for (const operations of initial.operations) runOperations(operations, run, emitted);
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
      checkExternal(event);
      const run = borrow(snapshot.context, event);
      const plan = select(before, run.args);
      // What a session takes for every message. It can change neither state nor context, and raises nothing.
      if (plan?.onlyEmit !== undefined && before.always === undefined) {
        emitted.push(emittedBy(plan.onlyEmit, run.args));
        giveBack(run);
        return snapshot;
      }
      let state = plan === undefined ? before : take(plan, before, run, emitted);
      if (state.always !== undefined || run.raised !== undefined) state = settle(state, run, emitted);
      const isUnchanged = state === before && run.args.context === snapshot.context;
      const after = isUnchanged ? snapshot : snapshotOf(state, run);
      giveBack(run);
      return after;
    } catch (error) {
      // As in XState, a step that throws has no effect at all.
      emitted.length = length;
      throw error;
    }
  }

  /** Takes eventless transitions and raised events until there are no more. */
  function settle(from: State, run: Run, emitted: object[]): State {
    let state = from;
    let tryAlways = true;
    for (let iterations = 1; state.status === 'active'; iterations += 1) {
      if (iterations > maxIterations) {
        throw new Error(
          `Endless loop in state '${state.path}': more than ${maxIterations} microsteps in one step. ` +
            'Break the cycle, or set options.maxIterations.',
        );
      }
      let plan: Plan | undefined = tryAlways ? selectEventless(state, run.args) : undefined;
      const isEventless: boolean = plan !== undefined;
      if (plan === undefined) {
        const { raised } = run;
        if (raised === undefined || raised.length === 0) break;
        const event = raised.shift() as Event;
        typeOf(event, 'a raised event');
        run.args.event = event;
        plan = select(state, run.args);
      }
      const { context } = run.args;
      const previous = state;
      if (plan !== undefined) state = take(plan, state, run, emitted);
      // An eventless transition that changed nothing would repeat for ever. XState waits for the next event.
      tryAlways = !isEventless || state !== previous || run.args.context !== context;
    }
    return state;
  }

  return { start, step };
}

/** Exits, then the transition's own actions, then entries. */
function take({ kept, operations, to }: Plan, from: State, run: Run, emitted: object[]): State {
  for (let node = from.exits; node !== undefined && node.depth >= kept; node = node.outer)
    runOperations(node.operations, run, emitted);
  for (const list of operations) runOperations(list, run, emitted);
  return to ?? from;
}

/** XState refuses an external event without a type too, but not in words that help. */
function checkExternal(event: Event): void {
  const type = typeOf(event, 'an event');
  if (isForbidden(type)) throw new Error(`An event cannot have the type '${type}': XState reserves it`);
}

/** Throws unless the type is a string: the caller's code and the machine's functions may return anything. */
function typeOf(event: Event | undefined, what: string): string {
  const type: unknown = event?.type;
  if (typeof type === 'string') return type;
  throw new TypeError(`The type of ${what} must be a string, not ${type === null ? type : typeof type}`);
}

function snapshotOf(state: State, { args, output }: Run): TableSnapshot {
  return output === undefined
    ? new TableSnapshot(state, args.context)
    : new CompletedSnapshot(state, args.context, output);
}
