/**
 * Builds the table: which transitions each state has, and what each one does, so that a step only looks up and runs.
 *
 * Everything that is known before the first event is computed here: exits, entries, the order of their actions, the order of
 * candidates. Each state and each transition is laid out once, so time and size grow with the machine, not with states times
 * events. No object of XState comes here. `compile.ts` calls it once for each machine.
 * Proven by: test/rules.test.ts, test/differential.test.ts, test/table-size.test.ts.
 */
import type {
  ActionDescription,
  MachineDescription,
  StateDescription,
  TransitionDescription,
} from './description.ts';
import { isWildcard, longestFirst } from './descriptors.ts';
import { initialRoute, lineOf, type Route, routeOf } from './route.ts';
import type {
  AlwaysNode,
  Candidate,
  EventNode,
  ExitNode,
  Operation,
  Plan,
  State,
  StateValue,
  WildcardCandidates,
} from './state.ts';

export interface Table {
  readonly states: readonly State[];
  readonly initial: Plan;
  readonly context: MachineDescription['context'];
  readonly maxIterations: number;
}

export function buildTable(machine: MachineDescription): Table {
  const { states, context, maxIterations, wildcardsFollowExact } = machine;
  const drafts: Draft[] = [];
  // A parent comes before its children.
  for (const state of states) drafts.push(draftOf(state, drafts, wildcardsFollowExact));
  const rows = new Map<number, State>();
  drafts.forEach((draft, number) => {
    if (draft.state.type !== 'compound') rows.set(number, rowOf(states, number, draft));
  });

  const planOf = ({ kept, passed, entered, leaf }: Route, actions: readonly ActionDescription[]): Plan => {
    const to = leaf === undefined ? undefined : rows.get(leaf);
    const lists = [
      actions.map(operation),
      ...passed.map((state) => drafts[state]?.entry ?? []),
      ...entered.flatMap((state) => drafts[state]?.entered ?? []),
      // At the end of the machine, everything that is active is exited.
      ...(to?.status === 'done' ? exitsOf(to) : []),
    ];
    const operations = lists.filter((list) => list.length > 0);
    return { kept, operations, to, onlyEmit: to === undefined ? soleEmit(operations) : undefined };
  };
  const candidateOf = (transition: TransitionDescription, source: string | undefined): Candidate => {
    const { guard, guardName, actions } = transition;
    return { guard, guardName, source, plan: planOf(routeOf(states, transition), actions) };
  };

  // Last, since plans lead to rows, and rows lead to what is filled here.
  for (const { state, on, wildcards, candidates } of drafts) {
    const candidatesFor = (descriptor: string) =>
      (state.on.get(descriptor) ?? []).map((transition) => candidateOf(transition, state.id));
    const descriptors = [...state.on.keys()];
    // Wildcards as well: an event can have the type 'a.*', and then they are exact.
    for (const descriptor of descriptors) on.set(descriptor, candidatesFor(descriptor));
    for (const descriptor of longestFirst(descriptors.filter(isWildcard)))
      wildcards.push({ descriptor, candidates: on.get(descriptor) ?? [] });
    for (const transition of state.always) candidates.push(candidateOf(transition, undefined));
  }
  return { states: [...rows.values()], initial: planOf(initialRoute(states), []), context, maxIterations };
}

/** What a state has of its own, to be filled, and the innermost node of each chain that it is on. */
interface Draft {
  readonly state: StateDescription;
  readonly on: Map<string, readonly Candidate[]>;
  readonly wildcards: WildcardCandidates[];
  /** Of its eventless transitions. */
  readonly candidates: Candidate[];
  readonly entry: readonly Operation[];
  /** What runs when the state is entered by default: entry, initial transition, and then what a final state does. */
  readonly entered: readonly (readonly Operation[])[];
  readonly depth: number;
  readonly events: EventNode | undefined;
  readonly always: AlwaysNode | undefined;
  readonly exits: ExitNode | undefined;
}

function draftOf(state: StateDescription, drafts: readonly Draft[], wildcardsFollowExact: boolean): Draft {
  const outer = state.parent === undefined ? undefined : drafts[state.parent];
  const depth = outer === undefined ? 0 : outer.depth + 1;
  const on = new Map<string, readonly Candidate[]>();
  const wildcards: WildcardCandidates[] = [];
  const candidates: Candidate[] = [];
  const entry = state.entry.map(operation);
  const operations = state.exit.map(operation);
  return {
    ...{ state, depth, on, wildcards, candidates },
    entry,
    entered: [
      entry,
      state.initial?.actions.map(operation) ?? [],
      state.type === 'final' ? [finishOf(state, drafts)] : [],
    ],
    events: state.on.size > 0 ? { on, wildcards, wildcardsFollowExact, outer: outer?.events } : outer?.events,
    always: state.always.length > 0 ? { candidates, outer: outer?.always } : outer?.always,
    exits: operations.length > 0 ? { operations, depth, outer: outer?.exits } : outer?.exits,
  };
}

function rowOf(states: readonly StateDescription[], leaf: number, draft: Draft): State {
  const line = lineOf(states, leaf);
  const active = line.flatMap((number) => states[number] ?? []);
  const keys = active.slice(1).map(({ key }) => key);
  const value = keys.reduceRight<StateValue>(
    (inside, key, depth) => (depth === keys.length - 1 ? key : Object.freeze({ [key]: inside })),
    Object.freeze({}),
  );
  const isDone = endsMachine(draft.state);
  return {
    path: keys.join('.'),
    value,
    line,
    tags: undefined,
    tagLists: active.map(({ tags }) => tags).filter((tags) => tags.length > 0),
    status: isDone ? 'done' : 'active',
    // Nothing happens after the end.
    events: isDone ? undefined : draft.events,
    always: isDone ? undefined : draft.always,
    exits: draft.exits,
  };
}

/** A final state ends the machine if it is a child of the root, or the root itself. */
const endsMachine = ({ type, parent }: StateDescription) => type === 'final' && (parent ?? 0) === 0;

function exitsOf({ exits }: State): (readonly Operation[])[] {
  const lists: (readonly Operation[])[] = [];
  for (let node = exits; node !== undefined; node = node.outer) lists.push(node.operations);
  return lists;
}

function soleEmit(lists: Plan['operations']): Operation | undefined {
  const [only, ...others] = lists.flat();
  return only?.kind === 'emit' && others.length === 0 ? only : undefined;
}

const operation = ({ kind, body, params }: ActionDescription): Operation => ({
  kind,
  body,
  params,
  type: '',
});

function finishOf(final: StateDescription, drafts: readonly Draft[]): Operation {
  const parent = final.parent === undefined ? undefined : drafts[final.parent]?.state;
  if (!endsMachine(final))
    return { kind: 'finish', body: final.output, params: undefined, type: `xstate.done.state.${parent?.id}` };
  // The output of a final root is the machine's own.
  const body = { final: parent && final.output, machine: (drafts[0]?.state ?? final).output };
  return { kind: 'complete', body, params: undefined, type: `xstate.done.state.${final.id}` };
}
