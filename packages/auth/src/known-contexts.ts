/**
 * Marks attempts from a device or an address that has signed in to the account before.
 *
 * The throttle marks them, and the password file keeps places in its queue for them. The mark is kept by the context of the attempt:
 * so an authenticator between the two (`anyOf`, your own function) only has to pass the context on. Proven by: test/flood.test.ts.
 */
import type { VerificationContext } from '@sallyport/core';

const known = new WeakSet<VerificationContext>();

export function markKnown(context: VerificationContext): void {
  known.add(context);
}

export function isKnown(context: VerificationContext): boolean {
  return known.has(context);
}
