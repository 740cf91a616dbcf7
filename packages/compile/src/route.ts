/**
 * Where a transition leads: which states it leaves and which it enters, in order.
 *
 * Geometry of the state tree alone: no actions, no guards, no events. The rules are SCXML's with XState's `reenter`.
 * Called by `table.ts` for each transition of each leaf.
 * Proven by: test/targets.test.ts, test/differential.test.ts.
 */
import type { StateDescription, TransitionDescription } from './description.ts';

interface Entry {
  readonly state: number;
  /** Entered for itself or by default, not only on the way to a target inside: its initial actions run. */
  readonly byDefault: boolean;
}

export interface Route {
  /** Innermost first. */
  readonly exits: readonly number[];
  /** Outermost first. */
  readonly entries: readonly Entry[];
  /** The leaf that is active afterwards; absent when there is no target. */
  readonly leaf: number | undefined;
}

type States = readonly StateDescription[];

/** The state and its ancestors, from the root down. */
export function lineOf(states: States, state: number): readonly number[] {
  const parent = states[state]?.parent;
  return parent === undefined ? [state] : [...lineOf(states, parent), state];
}

/** What is entered below a state by default, down to a leaf. */
function descentFrom(states: States, state: number): readonly number[] {
  const initial = states[state]?.initial;
  return initial === undefined ? [] : [initial.state, ...descentFrom(states, initial.state)];
}

/**
 * The depth down to which states stay as they are: the number of states, counted from the root, that are neither left nor
 * entered. 0 only when the root itself is left.
 */
function depthKept(source: readonly number[], target: readonly number[], reenter: boolean): number {
  const isInside = source.every((state, depth) => target[depth] === state);
  if (isInside && !reenter) return source.length;
  // The innermost state that has both strictly inside it.
  const limit = Math.min(source.length, target.length) - 1;
  let depth = 0;
  while (depth < limit && source[depth] === target[depth]) depth += 1;
  return depth === 0 && !reenter ? 1 : depth;
}

export function routeOf(states: States, active: readonly number[], transition: TransitionDescription): Route {
  const { source, target, reenter } = transition;
  if (target === undefined) return { exits: [], entries: [], leaf: undefined };
  const line = lineOf(states, target);
  const kept = depthKept(lineOf(states, source), line, reenter);
  const descent = descentFrom(states, target);

  const onTheWay = line.slice(kept, -1).map((state) => ({ state, byDefault: false }));
  // A target that is kept is its own source, or the root from inside it: XState enters only the latter.
  const isEntered = kept < line.length || target !== source;
  const arrived = (isEntered ? [target, ...descent] : descent).map((state) => ({ state, byDefault: true }));
  return {
    exits: active.slice(kept).toReversed(),
    entries: [...onTheWay, ...arrived],
    leaf: descent.at(-1) ?? target,
  };
}

/** The start: from the root down, as if nothing had been there. */
export function initialRoute(states: States): Route {
  const entered = [0, ...descentFrom(states, 0)];
  return { exits: [], entries: entered.map((state) => ({ state, byDefault: true })), leaf: entered.at(-1) };
}
