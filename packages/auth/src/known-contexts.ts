/**
 * Which attempts come from a device or an address that has signed in to the account before.
 *
 * The throttle finds out, and the password file gives these attempts a share of its queue. The mark hangs on the context of the
 * attempt, so that what is between the two (`anyOf`, your own function) only has to hand the context on. Proven by:
 * test/flood.test.ts.
 */
import type { VerificationContext } from '@sallyport/core';

const known = new WeakSet<VerificationContext>();

export function markKnown(context: VerificationContext): void {
  known.add(context);
}

export function isKnown(context: VerificationContext): boolean {
  return known.has(context);
}
