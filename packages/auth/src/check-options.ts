/** Checks of options. Each throws a `UsageError`. Proven by the tests of the functions that have the options. */
import { UsageError } from '@sallyport/core';

export function requireNumber(option: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new UsageError(option, `must be a whole number of at least ${least}`, value);
}

/** `caller` is the name of the public function. */
export function requireAuthenticator(caller: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new UsageError(caller, 'must be given authenticators, which are functions', value);
}
