/**
 * Several ways in: whoever one of them accepts may enter.
 *
 * They are asked one after the other, each only if none before it accepted: a password goes no further than it must,
 * and a refusal takes the same time whoever exists where. Those that are not for this kind of credentials refuse at
 * once. Proven by: test/any-of.test.ts.
 */
import { type Authenticator, overload, postpone, refuse, UsageError } from '@sallyport/core';
import { requireAuthenticator } from './check-options.ts';

/**
 * The first acceptance counts. Else, in this order: if one failed (threw, rejected, answered junk), it rejects with
 * that; if one is overloaded, so is this; if one postpones, so does this, for as long as the one that says the least; and only if
 * all refuse, it refuses. Throws a `UsageError` if there is none, or
 * one is no function.
 */
export function anyOf(...authenticators: readonly Authenticator[]): Authenticator {
  if (authenticators.length === 0) throw new UsageError('anyOf', 'must have at least one authenticator');
  for (const authenticate of authenticators) requireAuthenticator('anyOf', authenticate);
  return async (credentials, context) => {
    const failures: unknown[] = [];
    let isOverloaded = false;
    const waits: number[] = [];
    for (const authenticate of authenticators) {
      try {
        const answer = await authenticate(credentials, context);
        if (answer?.verdict === 'accepted') return answer;
        if (answer?.verdict === 'overloaded') isOverloaded = true;
        else if (answer?.verdict === 'postponed') waits.push(answer.retryInMs);
        else if (answer?.verdict !== 'refused')
          failures.push(new TypeError('an authenticator gave no verdict'));
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'several authenticators failed');
    if (isOverloaded) return overload();
    return waits.length > 0 ? postpone(Math.min(...waits)) : refuse();
  };
}
