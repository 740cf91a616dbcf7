/**
 * Marks attempts from a device or an address that has signed in to the account before.
 *
 * The throttle marks them, and the password file keeps places in its queue for them. The mark is kept by the context of the attempt:
 * so an authenticator between the two (`anyOf`, your own function) only has to pass the context on. All copies of this package in a
 * process share the marks, because the servers' binaries contain a copy that throttles the authenticator of an app.
 * Proven by: test/known-contexts.test.ts, test/flood.test.ts.
 */
import type { VerificationContext } from '@sallyport/core';

const KNOWN = Symbol.for('@sallyport/auth: known contexts');
const shared = globalThis as { [KNOWN]?: WeakSet<VerificationContext> };

function known(): WeakSet<VerificationContext> {
  shared[KNOWN] ??= new WeakSet();
  return shared[KNOWN];
}

export function markKnown(context: VerificationContext): void {
  known().add(context);
}

export function isKnown(context: VerificationContext): boolean {
  return known().has(context);
}
