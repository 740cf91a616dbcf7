/**
 * Answers, before any event, whether an event can do nothing in a state but emit one thing.
 *
 * It reads the same rows and plans as a step, so the answer follows the machine: change the transition, and the answer changes.
 * It knows no context, so a transition with a guard is never certain. It is not for the hot path: ask once.
 * Proven by: test/emits-only.test.ts, test/differential.test.ts.
 */
import { isForbidden, matchesWildcard } from './descriptors.ts';
import type { Candidate, EventNode, State } from './state.ts';
import type { Table } from './table.ts';

export function createEmitsOnly({ states }: Table): (path: string, type: string) => boolean {
  return (path, type) => {
    // Keys with dots can give two states the same path.
    const rows = states.filter((row) => row.path === path);
    if (rows.length === 0)
      throw new Error(
        `The machine has no state '${path}' that a snapshot can be in: use one of its 'states', such as '${states[0]?.path}'`,
      );
    if (typeof type !== 'string' || isForbidden(type)) return false;
    return rows.every((state) => state.always === undefined && emitsOnly(firstCandidate(state, type)));
  };
}

const emitsOnly = (first: Candidate | undefined) =>
  first !== undefined && first.guard === undefined && first.plan.onlyEmit !== undefined;

/** What a step tries first. */
function firstCandidate(state: State, type: string): Candidate | undefined {
  for (let node = state.events; node !== undefined; node = node.outer) {
    const first = firstOfNode(node, type);
    if (first !== undefined) return first;
  }
  return undefined;
}

function firstOfNode(
  { on, wildcards, wildcardsFollowExact }: EventNode,
  type: string,
): Candidate | undefined {
  const exact = on.get(type);
  if (exact !== undefined && (exact.length > 0 || !wildcardsFollowExact)) return exact[0];
  return wildcards.find(
    ({ descriptor, candidates }) => candidates.length > 0 && matchesWildcard(type, descriptor),
  )?.candidates[0];
}
