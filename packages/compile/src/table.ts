/**
 * Builds the table: for each leaf, what each event does there, laid out so that a step only looks up and runs.
 *
 * All that can be known beforehand is settled here: which states are left and entered, in which order their actions
 * run, which candidates an event has. Nothing of XState's objects comes here. Called once per machine, by `compile.ts`.
 * Proven by: test/rules.test.ts, test/differential.test.ts.
 */
import type {
  ActionDescription,
  MachineDescription,
  StateDescription,
  TransitionDescription,
} from './description.ts';
import { isWildcard, longestFirst, matchesWildcard } from './descriptors.ts';
import { initialRoute, lineOf, type Route, routeOf } from './route.ts';
import type { Candidate, Operation, Plan, State, StateValue } from './state.ts';

export interface Table {
  readonly states: readonly State[];
  readonly initial: Plan;
  readonly context: MachineDescription['context'];
  readonly maxIterations: number;
}

export function buildTable(machine: MachineDescription): Table {
  const { states } = machine;
  const rows = new Map<number, State>();
  states.forEach(({ type }, leaf) => {
    if (type !== 'compound') rows.set(leaf, emptyRow(states, leaf));
  });

  const planOf = (route: Route, actions: readonly ActionDescription[]): Plan => {
    const to = route.leaf === undefined ? undefined : rows.get(route.leaf);
    return { operations: operationsOf(states, route, actions), to };
  };

  // A targetless transition is the same plan wherever it is taken from.
  const stationary = new Map<TransitionDescription, Plan>();

  for (const row of rows.values()) {
    // Nothing happens after the end.
    if (row.status === 'done') continue;
    const candidates = new Map<TransitionDescription, Candidate>();

    const candidateOf = (transition: TransitionDescription, source: string | undefined) => {
      const known = candidates.get(transition);
      if (known !== undefined) return known;
      const { target, guard, guardName, actions } = transition;
      const plan = stationary.get(transition) ?? planOf(routeOf(states, row.line, transition), actions);
      if (target === undefined) stationary.set(transition, plan);
      const candidate = { guard, guardName, source, plan };
      candidates.set(transition, candidate);
      return candidate;
    };

    const inwards = row.line.flatMap((number) => states[number] ?? []);
    const outwards = inwards.toReversed();
    const exactTypes = new Set(
      outwards.flatMap(({ on }) => [...on.keys()]).filter((key) => !isWildcard(key)),
    );
    const candidatesIn = (state: StateDescription, descriptors: readonly string[]) =>
      descriptors
        .flatMap((descriptor) => state.on.get(descriptor) ?? [])
        .map((one) => candidateOf(one, state.id));

    for (const type of exactTypes) {
      const all = outwards.flatMap((state) => {
        const isNamed = state.on.has(type);
        const wildcards = wildcardsOf(state).filter((descriptor) => matchesWildcard(type, descriptor));
        const tried = isNamed && !machine.wildcardsFollowExact ? [] : wildcards;
        return candidatesIn(state, isNamed ? [type, ...tried] : tried);
      });
      row.on.set(type, all);
    }
    for (const state of outwards) {
      for (const descriptor of wildcardsOf(state)) {
        row.wildcards.push({ descriptor, candidates: candidatesIn(state, [descriptor]) });
      }
      row.always.push(...state.always.map((transition) => candidateOf(transition, undefined)));
    }
  }

  const { context, maxIterations } = machine;
  return { states: [...rows.values()], initial: planOf(initialRoute(states), []), context, maxIterations };
}

const wildcardsOf = ({ on }: StateDescription) => longestFirst([...on.keys()].filter(isWildcard));

function emptyRow(states: readonly StateDescription[], leaf: number): State {
  const line = lineOf(states, leaf);
  const active = line.flatMap((number) => states[number] ?? []);
  const keys = active.slice(1).map(({ key }) => key);
  const value = keys.reduceRight<StateValue>(
    (inside, key, depth) => (depth === keys.length - 1 ? key : Object.freeze({ [key]: inside })),
    Object.freeze({}),
  );
  return {
    path: keys.join('.'),
    value,
    tags: new Set(active.flatMap(({ tags }) => tags)),
    status: isTheEnd(states, leaf) ? 'done' : 'active',
    line,
    on: new Map(),
    wildcards: [],
    always: [],
  };
}

/** A final state ends the machine if it is a child of the root, or the root. */
function isTheEnd(states: readonly StateDescription[], leaf: number): boolean {
  const state = states[leaf];
  return state?.type === 'final' && (state.parent ?? 0) === 0;
}

/** Exits, then the transition's own actions, then entries; and at the end of the machine the exits of all that is active. */
function operationsOf(
  states: readonly StateDescription[],
  { exits, entries, leaf }: Route,
  actions: readonly ActionDescription[],
): Operation[] {
  const exitsOf = (left: readonly number[]) =>
    left.flatMap((number) => states[number]?.exit ?? []).map(operation);
  const entered = entries.flatMap(({ state: number, byDefault }) => {
    const state = states[number];
    if (state === undefined) return [];
    const own = [...state.entry, ...(byDefault ? (state.initial?.actions ?? []) : [])].map(operation);
    return state.type === 'final' ? [...own, finishing(states, number, state)] : own;
  });
  const isOver = leaf !== undefined && isTheEnd(states, leaf);
  const last = isOver ? exitsOf(lineOf(states, leaf).toReversed()) : [];
  return [...exitsOf(exits), ...actions.map(operation), ...entered, ...last];
}

function operation({ kind, body, params }: ActionDescription): Operation {
  const isPerProperty = kind === 'assign' && typeof body === 'object' && body !== null;
  return { kind, body: isPerProperty ? Object.entries(body) : body, params, type: '' };
}

function finishing(states: readonly StateDescription[], number: number, final: StateDescription): Operation {
  const parent = final.parent === undefined ? undefined : states[final.parent];
  if (isTheEnd(states, number)) {
    const body = { final: parent && final.output, machine: states[0]?.output };
    return { kind: 'complete', body, params: undefined, type: `xstate.done.state.${final.id}` };
  }
  return { kind: 'finish', body: final.output, params: undefined, type: `xstate.done.state.${parent?.id}` };
}
