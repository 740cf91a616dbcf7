/**
 * Chooses the transition that an event takes: the first candidate whose guard passes, from the leaf outwards.
 *
 * It changes nothing. `step.ts` calls it for each event, external or raised, and for eventless transitions.
 * Proven by: test/choosing.test.ts, test/differential.test.ts.
 */
import type { Arguments } from './arguments.ts';
import { matchesWildcard } from './descriptors.ts';
import { passes } from './guards.ts';
import type { Candidate, Plan, State } from './state.ts';

export function select(state: State, args: Arguments): Plan | undefined {
  const { type } = args.event;
  for (let node = state.events; node !== undefined; node = node.outer) {
    const exact = node.on.get(type);
    if (exact !== undefined) {
      const plan = firstOf(exact, state, args);
      if (plan !== undefined) return plan;
      if (!node.wildcardsFollowExact) continue;
    }
    for (const { descriptor, candidates } of node.wildcards) {
      if (!matchesWildcard(type, descriptor)) continue;
      const plan = firstOf(candidates, state, args);
      if (plan !== undefined) return plan;
    }
  }
  return undefined;
}

export function selectEventless(state: State, args: Arguments): Plan | undefined {
  for (let node = state.always; node !== undefined; node = node.outer) {
    const plan = firstOf(node.candidates, state, args);
    if (plan !== undefined) return plan;
  }
  return undefined;
}

function firstOf(candidates: readonly Candidate[], state: State, args: Arguments): Plan | undefined {
  for (const candidate of candidates) {
    if (candidate.guard === undefined || isAllowed(candidate, state, args)) return candidate.plan;
  }
  return undefined;
}

function isAllowed({ guard, guardName, source }: Candidate, state: State, args: Arguments): boolean {
  if (guard === undefined) return true;
  try {
    return Boolean(passes(guard, args, state));
  } catch (error) {
    if (source === undefined) throw error;
    // XState's wording, so that logs are the same with either engine.
    const named = guardName === undefined ? '' : `'${guardName}' `;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Unable to evaluate guard ${named}in transition for event '${args.event.type}' in state node '${source}':\n${reason}`,
      { cause: error },
    );
  }
}
