/**
 * Evaluates a guard as XState does: from left to right, and no further than needed.
 *
 * It runs in a step, so it allocates nothing. `select.ts` calls it.
 * Proven by: test/choosing.test.ts, test/differential.test.ts.
 */
import type { Arguments } from './arguments.ts';
import type { GuardDescription } from './description.ts';
import { matches, type State } from './state.ts';

export function passes(guard: GuardDescription, args: Arguments, state: State): unknown {
  switch (guard.kind) {
    case 'call': {
      const { params } = guard;
      return guard.test(args, typeof params === 'function' ? params(args) : params);
    }
    case 'and':
      for (const part of guard.guards) if (!passes(part, args, state)) return false;
      return true;
    case 'or':
      for (const part of guard.guards) if (passes(part, args, state)) return true;
      return false;
    case 'not':
      return !passes(guard.guard, args, state);
    case 'active':
      return state.line.includes(guard.state);
    case 'matches':
      return matches(state.value, guard.value);
  }
}
