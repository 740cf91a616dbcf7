/** What a caller gives, checked where it is given: each throws a `UsageError`. Proven by the tests of whoever asks. */
import { UsageError } from '@sallyport/core';

export function requireNumber(option: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new UsageError(option, `must be a whole number of at least ${least}`, value);
}

/** `caller` as its user calls it. */
export function requireAuthenticator(caller: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new UsageError(caller, 'must be given authenticators, which are functions', value);
}
