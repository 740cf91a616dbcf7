/** The expiry of an identity by the wall clock, in case its timer stands still with a suspended process. */
import type { Identity } from '@sallyport/protocol';
import { isTime, isWait, WAIT } from '../ports/authenticator.ts';
import type { Clock } from '../ports/clock.ts';

/** Whether the identity has expired at this time of the wall clock. False where the time is unknown. */
export function hasExpired(identity: Identity | undefined, wallNow: number | undefined): boolean {
  const expiresAtMs = identity?.expiresAtMs;
  return expiresAtMs !== undefined && wallNow !== undefined && wallNow >= expiresAtMs;
}

/** The identity with the time that is left on the wall clock, if that is less. Throws a reason where no clock can tell it. */
export function withWallClock(identity: Identity, clock: Clock): Identity {
  const { expiresAtMs, expiresInMs } = identity;
  if (expiresAtMs === undefined) return identity;
  if (!isWait(expiresAtMs)) throw new TypeError(`expiresAtMs ${WAIT}`);
  const now = clock.wallNow?.();
  if (now === undefined) {
    if (expiresInMs < Number.POSITIVE_INFINITY) return identity;
    throw new TypeError('expiresAtMs without expiresInMs needs a clock with wallNow()');
  }
  const leftMs = Math.min(expiresInMs, Math.max(0, expiresAtMs - now));
  if (!isTime(leftMs)) throw new TypeError('the wallNow() of the clock returned no number');
  return { ...identity, expiresInMs: leftMs };
}
