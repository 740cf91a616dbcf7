/**
 * The neutral description of a machine: all that its table is made of, in plain data and the machine's own functions.
 *
 * Nothing of XState's objects may stand here, so that a description can come from somewhere else than a running XState
 * one day. `read.ts` writes it, `table.ts` and `route.ts` read it; states are named by their place in document order.
 * Proven by: test/rules.test.ts, by way of what is compiled from it.
 */

/** What a function of the machine is called with: XState's own shape. */
export type Expression = (args: object, params: unknown) => unknown;

/** `body` is the event to emit or raise, or what computes it; for `assign` the assigner, or one for each property. */
export interface ActionDescription {
  readonly kind: 'assign' | 'emit' | 'raise';
  readonly body: unknown;
  /** A value, or a function that computes it where the action runs. */
  readonly params: unknown;
}

export type GuardDescription =
  | { readonly kind: 'call'; readonly test: Expression; readonly params: unknown }
  | { readonly kind: 'and' | 'or'; readonly guards: readonly GuardDescription[] }
  | { readonly kind: 'not'; readonly guard: GuardDescription }
  /** `stateIn('#id')`: is this state active? */
  | { readonly kind: 'active'; readonly state: number }
  /** `stateIn(value)`: as `snapshot.matches`. */
  | { readonly kind: 'matches'; readonly value: unknown };

export interface TransitionDescription {
  readonly source: number;
  /** Absent in a targetless transition. */
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
  /** Of a compound state. */
  readonly initial: { readonly state: number; readonly actions: readonly ActionDescription[] } | undefined;
  readonly entry: readonly ActionDescription[];
  readonly exit: readonly ActionDescription[];
  /** Event descriptor → candidates, in document order. `onDone` is here too, under the name of its event. */
  readonly on: ReadonlyMap<string, readonly TransitionDescription[]>;
  readonly always: readonly TransitionDescription[];
  /** Of a final state, or of the machine when it is the root's. */
  readonly output: unknown;
}

export interface MachineDescription {
  /** In document order: the root first, a parent before its children. */
  readonly states: readonly StateDescription[];
  /** The initial context, or what makes one from the input. */
  readonly context: object | ((args: object) => object | undefined);
  /** Past so many microsteps, one step is endless. */
  readonly maxIterations: number;
  /** Are wildcards tried after an exact descriptor whose guards all failed? Younger XStates do, older ones do not. */
  readonly wildcardsFollowExact: boolean;
}
