/**
 * A row of the table: one leaf with its ancestors, all that depends on the state alone, and what each event does there.
 *
 * Shared by every snapshot in this state, of every session; never changed once the table is built (`table.ts`).
 * Proven by: test/snapshots.test.ts.
 */
import type { GuardDescription } from './description.ts';

export type StateValue = string | { readonly [key: string]: StateValue };

/** What a step does, one after another. All of one shape, so that the loop over them stays fast. */
export interface Operation {
  /** `finish` raises the done event of a compound state, `complete` works out the machine's output. */
  readonly kind: 'assign' | 'emit' | 'raise' | 'finish' | 'complete';
  readonly body: unknown;
  readonly params: unknown;
  /** The done event, of `finish` and `complete`. */
  readonly type: string;
}

/** A transition as taken from one leaf. */
export interface Plan {
  readonly operations: readonly Operation[];
  /** Absent when the state stays as it is. */
  readonly to: State | undefined;
}

export interface Candidate {
  readonly guard: GuardDescription | undefined;
  /** For the message when the guard throws. Eventless transitions have no source: their guards throw as they are. */
  readonly guardName: string | undefined;
  readonly source: string | undefined;
  readonly plan: Plan;
}

export interface State {
  /** Dotted path of the leaf. */
  readonly path: string;
  readonly value: StateValue;
  readonly tags: ReadonlySet<string>;
  readonly status: 'active' | 'done';
  /** The numbers of its active states, from the root down. */
  readonly line: readonly number[];
  /** Event type → what may be done, in the order to try it: for each type that a state on the line names. */
  readonly on: Map<string, readonly Candidate[]>;
  /** For every other type, in the order to try them. */
  readonly wildcards: { readonly descriptor: string; readonly candidates: readonly Candidate[] }[];
  readonly always: Candidate[];
}

/** XState's `snapshot.matches`: is the tested value this one, or a part of it from the root on? */
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

/** `'a.b'` means `{ a: 'b' }`; after a backslash a dot is part of the key. */
function valueAt(path: string): StateValue {
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll(/\\(.)/g, '$1'));
  const last = keys.pop() ?? '';
  return keys.reduceRight<StateValue>((inside, key) => ({ [key]: inside }), last);
}
