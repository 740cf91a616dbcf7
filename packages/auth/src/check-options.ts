/** Checks of options. Each throws a `UsageError`. Proven by the tests of the functions that have the options. */
import { checkKnownOptions, UsageError } from '@sallyport/core';

/**
 * Throws for an option that `names` does not have. `caller` is the name of the public function. The values of `names` mean nothing:
 * as a record, the compiler finds a name that is missing.
 */
export function requireKnown<Options extends object>(
  caller: string,
  options: Options,
  names: Readonly<Record<keyof Options, true>>,
): void {
  checkKnownOptions(caller, options, Object.keys(names));
}

export function requireNumber(option: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new UsageError(option, `must be a whole number of at least ${least}`, value);
}

/** `caller` is the name of the public function. */
export function requireAuthenticator(caller: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new UsageError(caller, 'must be given authenticators, which are functions', value);
}
