/**
 * Which transition does an event take in this state? The first candidate whose guard passes.
 *
 * It chooses and does nothing. Called by `step.ts` for each event, from outside or raised, and for eventless transitions.
 * Proven by: test/choosing.test.ts, test/differential.test.ts.
 */
import type { Arguments } from './arguments.ts';
import { isReserved, matchesWildcard } from './descriptors.ts';
import { passes } from './guards.ts';
import type { Candidate, Plan, State } from './state.ts';

export function select(state: State, args: Arguments): Plan | undefined {
  const { type } = args.event;
  const named = state.on.get(type);
  return named === undefined ? selectByWildcard(state, type, args) : firstOf(named, state, args);
}

export function firstOf(candidates: readonly Candidate[], state: State, args: Arguments): Plan | undefined {
  for (const candidate of candidates) {
    if (candidate.guard === undefined || isAllowed(candidate, state, args)) return candidate.plan;
  }
  return undefined;
}

function selectByWildcard(state: State, type: string, args: Arguments): Plan | undefined {
  if (type === '*') throw new Error("An event cannot have the wildcard type ('*')");
  if (isReserved(type)) throw new Error(`'${type}' is no event for a compiled machine, which is no actor`);
  for (const { descriptor, candidates } of state.wildcards) {
    if (!matchesWildcard(type, descriptor)) continue;
    const plan = firstOf(candidates, state, args);
    if (plan !== undefined) return plan;
  }
  return undefined;
}

function isAllowed({ guard, guardName, source }: Candidate, state: State, args: Arguments): boolean {
  if (guard === undefined) return true;
  try {
    return Boolean(passes(guard, args, state));
  } catch (error) {
    if (source === undefined) throw error;
    // XState's words, so that a log reads the same with either engine.
    const named = guardName === undefined ? '' : `'${guardName}' `;
    const told = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Unable to evaluate guard ${named}in transition for event '${args.event.type}' in state node '${source}':\n${told}`,
      { cause: error },
    );
  }
}
