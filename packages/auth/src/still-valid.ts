/**
 * `stillValid` of authenticators that wrap others.
 *
 * Proven by: test/still-valid.test.ts.
 */
import type { Authenticator } from '@sallyport/core';

type StillValid = NonNullable<Authenticator['stillValid']>;

/** The same authenticator with `stillValid`. Without one it stays as it is. */
export function withStillValid<Context, Claims>(
  authenticate: Authenticator<Context, Claims>,
  stillValid: StillValid | undefined,
): Authenticator<Context, Claims> {
  return stillValid ? Object.assign(authenticate, { stillValid }) : authenticate;
}

/** An identity holds if one of the authenticators says so. Undefined if one of them cannot say: the identity may be of that one. */
export function anyStillValid(
  authenticators: readonly Pick<Authenticator, 'stillValid'>[],
): StillValid | undefined {
  if (authenticators.some(({ stillValid }) => !stillValid)) return undefined;
  return async (identity) => {
    const answers = await Promise.allSettled(authenticators.map(async (one) => one.stillValid?.(identity)));
    if (answers.some((answer) => answer.status === 'fulfilled' && answer.value === true)) return true;
    const failed = answers.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    if (failed) throw failed.reason;
    return false;
  };
}
