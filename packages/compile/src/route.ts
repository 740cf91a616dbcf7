/**
 * The geometry of a transition: how many active states it keeps, which states it enters, and in which order.
 *
 * Reads the state tree alone, no actions, guards or events. The rules are SCXML's, with XState's `reenter`.
 * `table.ts` calls it once for each transition.
 * Proven by: test/targets.test.ts, test/differential.test.ts.
 */
import type { StateDescription, TransitionDescription } from './description.ts';

interface Entry {
  readonly state: number;
  /** The state is the target or an initial state, not only an ancestor of the target: its initial actions run. */
  readonly byDefault: boolean;
}

export interface Route {
  /** Active states that stay, counted from the root. All deeper ones are exited, innermost first. */
  readonly kept: number;
  /** Outermost first. */
  readonly entries: readonly Entry[];
  /** The leaf that is active afterwards. Undefined if there is no target. */
  readonly leaf: number | undefined;
}

type States = readonly StateDescription[];

/** The state and its ancestors, from the root down. */
export function lineOf(states: States, state: number): readonly number[] {
  const line: number[] = [];
  for (let number: number | undefined = state; number !== undefined; number = states[number]?.parent)
    line.push(number);
  return line.reverse();
}

/** The initial states below a state, down to a leaf. */
function initialDescent(states: States, state: number): readonly number[] {
  const descent: number[] = [];
  for (
    let { initial } = states[state] ?? {};
    initial !== undefined;
    { initial } = states[initial.state] ?? {}
  )
    descent.push(initial.state);
  return descent;
}

/** 0 only when the transition exits the root itself. */
function depthKept(source: readonly number[], target: readonly number[], reenter: boolean): number {
  const isInside = source.every((state, depth) => target[depth] === state);
  if (isInside && !reenter) return source.length;
  // The innermost state that has source and target strictly inside it.
  const limit = Math.min(source.length, target.length) - 1;
  let depth = 0;
  while (depth < limit && source[depth] === target[depth]) depth += 1;
  return depth === 0 && !reenter ? 1 : depth;
}

export function routeOf(states: States, { source, target, reenter }: TransitionDescription): Route {
  if (target === undefined) return { kept: Number.POSITIVE_INFINITY, entries: [], leaf: undefined };
  const line = lineOf(states, target);
  const kept = depthKept(lineOf(states, source), line, reenter);
  const descent = initialDescent(states, target);

  const ancestors = line.slice(kept, -1).map((state) => ({ state, byDefault: false }));
  // A target that stays is either its own source, or the root as seen from inside. XState enters only the root.
  const isEntered = kept < line.length || target !== source;
  const entered = (isEntered ? [target, ...descent] : descent).map((state) => ({ state, byDefault: true }));
  return { kept, entries: [...ancestors, ...entered], leaf: descent.at(-1) ?? target };
}

/** The initial transition: it enters everything from the root down. */
export function initialRoute(states: States): Route {
  const entered = [0, ...initialDescent(states, 0)];
  return { kept: 0, entries: entered.map((state) => ({ state, byDefault: true })), leaf: entered.at(-1) };
}
