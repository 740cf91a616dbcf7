/**
 * The geometry of a transition: how many active states it keeps, which states it enters, and in which order.
 *
 * Reads the state tree alone, no actions, guards or events. The rules are SCXML's, with XState's `reenter`.
 * `table.ts` calls it once for each transition.
 * Proven by: test/targets.test.ts, test/differential.test.ts.
 */
import type { StateDescription, TransitionDescription } from './description.ts';

export interface Route {
  /** Active states that stay, counted from the root. All deeper ones are exited, innermost first. */
  readonly kept: number;
  /** States entered only because the target is inside them, outermost first. Their initial actions do not run. */
  readonly passed: readonly number[];
  /** States entered after those: the target, and what is initial below it. Their initial actions run. */
  readonly entered: readonly number[];
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

type Endpoints = Pick<TransitionDescription, 'source' | 'target' | 'reenter'>;

export function routeOf(states: States, { source, target, reenter }: Endpoints): Route {
  if (target === undefined)
    return { kept: Number.POSITIVE_INFINITY, passed: [], entered: [], leaf: undefined };
  const line = lineOf(states, target);
  const kept = depthKept(lineOf(states, source), line, reenter);
  const descent = initialDescent(states, target);

  const passed = line.slice(kept, -1);
  // A target that stays is either its own source, or the root as seen from inside. XState enters only the root.
  const isEntered = kept < line.length || target !== source;
  return {
    kept,
    passed,
    entered: isEntered ? [target, ...descent] : descent,
    leaf: descent.at(-1) ?? target,
  };
}

/** The initial transition: it enters everything from the root down, as if the root were reentered. */
export const initialRoute = (states: States): Route =>
  routeOf(states, { source: 0, target: 0, reenter: true });
