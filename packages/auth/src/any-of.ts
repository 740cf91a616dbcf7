/**
 * Several authenticators as one: it accepts what one of them accepts.
 *
 * They run one after the other, and the first acceptance ends the row: so a password reaches as few of them as possible. An
 * authenticator that is not for this kind of credentials refuses at once. Proven by: test/any-of.test.ts.
 */
import { type Authenticator, overload, postpone, refuse, UsageError } from '@sallyport/core';
import { requireAuthenticator } from './check-options.ts';
import { anyStillValid, withStillValid } from './still-valid.ts';

/**
 * Runs the authenticators in order; the first acceptance counts. Without an acceptance, the first of these that is true decides:
 * 1. One failed (threw, rejected, or returned no verdict): it rejects with that error.
 * 2. One is overloaded: it is overloaded.
 * 3. One postpones: it postpones by the shortest of the waits.
 * 4. All refuse: it refuses.
 *
 * It has `stillValid` if all of them have: an identity holds if one of them says so.
 *
 * Throws a `UsageError` if there is no authenticator, or one is not a function.
 */
export function anyOf<Context = unknown, Claims = unknown>(
  ...authenticators: readonly Authenticator<Context, Claims>[]
): Authenticator<Context, Claims> {
  if (authenticators.length === 0) throw new UsageError('anyOf', 'must have at least one authenticator');
  for (const authenticate of authenticators) requireAuthenticator('anyOf', authenticate);
  const authenticate: Authenticator<Context, Claims> = async (credentials, context) => {
    const failures: unknown[] = [];
    let isOverloaded = false;
    const waits: number[] = [];
    for (const [index, authenticate] of authenticators.entries()) {
      try {
        const answer = await authenticate(credentials, context);
        if (answer?.verdict === 'accepted') return answer;
        if (answer?.verdict === 'overloaded') isOverloaded = true;
        else if (answer?.verdict === 'postponed') waits.push(answer.retryInMs);
        else if (answer?.verdict !== 'refused') failures.push(noVerdict(index, authenticate));
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw severalFailures(failures, authenticators.length);
    if (isOverloaded) return overload();
    return waits.length > 0 ? postpone(Math.min(...waits)) : refuse();
  };
  return withStillValid(authenticate, anyStillValid(authenticators));
}

/** The value itself is not shown: it may hold a secret. */
function noVerdict(index: number, { name }: { readonly name: string }): TypeError {
  const which = name === '' ? `authenticator ${index + 1}` : `authenticator ${index + 1} (${name})`;
  return new TypeError(
    `${which} of anyOf() returned no verdict: return accept(user), refuse(), postpone(ms) or overload()`,
  );
}

function severalFailures(failures: readonly unknown[], count: number): AggregateError {
  const messages = failures.map((error) => (error instanceof Error ? error.message : String(error)));
  return new AggregateError(
    failures,
    `${failures.length} of ${count} authenticators failed: ${messages.join('; ')}`,
  );
}
