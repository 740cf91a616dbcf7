/**
 * The parts of the table. A `State` is a row: one leaf state, and everything that depends on the leaf alone.
 *
 * A row does not copy what its ancestors do. It points to chains of nodes, innermost first, and all leaves below an ancestor
 * share that ancestor's node. So the size of the table grows with the machine, not with states times events.
 * Every snapshot of every session shares the rows. Nothing that can be seen of them changes after `table.ts` has built them.
 * Proven by: test/snapshots.test.ts, test/table-size.test.ts.
 */
import type { GuardDescription } from './description.ts';

export type StateValue = string | { readonly [key: string]: StateValue };

/** One thing that a step does. All operations have the same shape, so that the loop over them stays fast. */
export interface Operation {
  /** `finish` raises the done event of a compound state. `complete` computes the machine's output. */
  readonly kind: 'assign' | 'emit' | 'raise' | 'finish' | 'complete';
  readonly body: unknown;
  readonly params: unknown;
  /** The type of the done event, for `finish` and `complete`. Empty for the others. */
  readonly type: string;
}

/** What a transition does. It is the same from whichever leaf it is taken. */
export interface Plan {
  /** Active states that stay, counted from the root. All deeper ones are exited. `Infinity` for a targetless transition. */
  readonly kept: number;
  /** What runs after the exits, in order: the transition's own actions, then those of each entered state. */
  readonly operations: readonly (readonly Operation[])[];
  /** The leaf afterwards. Undefined if the state stays as it is. */
  readonly to: State | undefined;
  /** The emit of a targetless transition that does nothing else. Undefined for every other plan. */
  readonly onlyEmit: Operation | undefined;
}

export interface Candidate {
  readonly guard: GuardDescription | undefined;
  /** The name in the message when the guard throws. */
  readonly guardName: string | undefined;
  /** The state's id in that message. Undefined for an eventless transition: its guard's error stays as it is. */
  readonly source: string | undefined;
  readonly plan: Plan;
}

export interface WildcardCandidates {
  readonly descriptor: string;
  readonly candidates: readonly Candidate[];
}

/** What a state does on events. States that name no event have no node. */
export interface EventNode {
  /** Event descriptor → its candidates, in document order. */
  readonly on: ReadonlyMap<string, readonly Candidate[]>;
  /** Tried after `on`; the longest descriptor first. */
  readonly wildcards: readonly WildcardCandidates[];
  /** Whether the wildcards are tried for a type that `on` has, when all of its guards failed. Not so in an older XState. */
  readonly wildcardsFollowExact: boolean;
  /** The next ancestor that has a node. */
  readonly outer: EventNode | undefined;
}

/** The eventless transitions of a state. States without them have no node. */
export interface AlwaysNode {
  readonly candidates: readonly Candidate[];
  readonly outer: AlwaysNode | undefined;
}

/** The exit actions of a state. States without them have no node. */
export interface ExitNode {
  readonly operations: readonly Operation[];
  /** Number of ancestors: 0 for the root. */
  readonly depth: number;
  readonly outer: ExitNode | undefined;
}

/** A row of the table. */
export interface State {
  /** The keys from the root to the leaf, joined by dots. */
  readonly path: string;
  readonly value: StateValue;
  /** The leaf and its ancestors, from the root down, by number. */
  readonly line: readonly number[];
  readonly status: 'active' | 'done';
  /** The tags of each state on the line, from the root down. */
  readonly tagLists: readonly (readonly string[])[];
  /** Undefined until `tagsOf` collects them. */
  tags: ReadonlySet<string> | undefined;
  /** What events do here. Undefined if the leaf and its ancestors name no event, and at the end of the machine. */
  readonly events: EventNode | undefined;
  readonly always: AlwaysNode | undefined;
  readonly exits: ExitNode | undefined;
}

/** The tags of a row: one set for all of its snapshots, collected on first use, since a copy in every row could be large. */
export function tagsOf(state: State): ReadonlySet<string> {
  state.tags ??= new Set(state.tagLists.flat());
  return state.tags;
}

/** XState's `snapshot.matches`: is the tested value equal to this one, or a part of it that starts at the root? */
export function matches(value: StateValue, tested: unknown): boolean {
  const whole = typeof value === 'string' ? valueAt(value) : value;
  const part = typeof tested === 'string' ? valueAt(tested) : tested;
  if (typeof part === 'string')
    return typeof whole === 'string' ? whole === part : Object.hasOwn(whole, part);
  if (typeof whole === 'string') return false;
  return Object.entries(part as object).every(([key, rest]) => {
    const inside = Object.hasOwn(whole, key) ? whole[key] : undefined;
    return inside !== undefined && matches(inside, rest);
  });
}

/** `'a.b'` means `{ a: 'b' }`. A dot after a backslash is part of the key. */
function valueAt(path: string): StateValue {
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll(/\\(.)/g, '$1'));
  const last = keys.pop() ?? '';
  return keys.reduceRight<StateValue>((inside, key) => ({ [key]: inside }), last);
}
