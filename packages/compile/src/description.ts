/**
 * The description of a machine without XState's objects: plain data and the machine's own functions.
 *
 * The table is made of it alone, so a description can also come from a file (`write-description.ts`). `read.ts` makes it,
 * `table.ts` and `route.ts` read it. A state's number is its position in document order.
 * Proven by: test/rules.test.ts, through what is compiled from it.
 */

/** A function of the machine. It gets what XState gives it: `{ context, event }` and the parameters. */
export type Expression = (args: object, params: unknown) => unknown;

/** `body` is the event to emit or raise, or a function that computes it; for `assign` a function, or pairs of a property
 * and its value or function. */
export interface ActionDescription {
  readonly kind: 'assign' | 'emit' | 'raise';
  readonly body: unknown;
  /** A value, or a function that computes it when the action runs. */
  readonly params: unknown;
}

export type GuardDescription =
  | { readonly kind: 'call'; readonly test: Expression; readonly params: unknown }
  | { readonly kind: 'and' | 'or'; readonly guards: readonly GuardDescription[] }
  | { readonly kind: 'not'; readonly guard: GuardDescription }
  /** `stateIn('#id')`: is this state active? */
  | { readonly kind: 'active'; readonly state: number }
  /** `stateIn(value)`: does the state match, as in `snapshot.matches`? */
  | { readonly kind: 'matches'; readonly value: unknown };

export interface TransitionDescription {
  /** The number of the state that has the transition. */
  readonly source: number;
  /** The number of the target. Undefined for a targetless transition. */
  readonly target: number | undefined;
  readonly reenter: boolean;
  readonly guard: GuardDescription | undefined;
  /** The guard's name, for the message when it throws. */
  readonly guardName: string | undefined;
  readonly actions: readonly ActionDescription[];
}

export interface StateDescription {
  readonly id: string;
  /** Its key in its parent; the machine's id for the root. */
  readonly key: string;
  /** Its keys from the root down, joined by dots; empty for the root. */
  readonly path: string;
  readonly parent: number | undefined;
  readonly type: 'atomic' | 'compound' | 'final';
  readonly tags: readonly string[];
  /** The initial transition of a compound state. */
  readonly initial: { readonly state: number; readonly actions: readonly ActionDescription[] } | undefined;
  readonly entry: readonly ActionDescription[];
  readonly exit: readonly ActionDescription[];
  /** Event descriptor → candidates, in document order. `onDone` is here too, under the name of its event. */
  readonly on: ReadonlyMap<string, readonly TransitionDescription[]>;
  readonly always: readonly TransitionDescription[];
  /** The output of a final state; of the machine, if it is the root's. A value, or a function that computes it. */
  readonly output: unknown;
}

/** A machine as plain data and functions. */
export interface MachineDescription {
  /** In document order: the root first, a parent before its children. */
  readonly states: readonly StateDescription[];
  /** The initial context, or a function that makes one from `{ input }`. */
  readonly context: object | ((args: object) => object | undefined);
  /** Microsteps allowed in one step, at least 1. Past it, the step throws. Default 100 000. */
  readonly maxIterations: number;
  /** Whether wildcards are tried after an exact descriptor whose guards all failed. It depends on the version of XState. */
  readonly wildcardsFollowExact: boolean;
}

/** A description that `writeDescription` has written. Treat it as opaque: its form may change with every version. */
export interface WrittenDescription extends MachineDescription {
  /** What `compileDescription` compares with the description that it gets. See `fingerprint.ts` for what it covers. */
  readonly fingerprint: string;
}
