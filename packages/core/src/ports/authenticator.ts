/**
 * The authenticator: a port. It says who may sign in.
 *
 * It fails closed: only an explicit acceptance opens the gate. A throw, a rejection, a value that is not a verdict, or silence
 * never does. How a verdict is read is in `session/verification.ts`.
 */
import {
  type Credentials,
  canBeDeviceToken,
  type GivenDeviceToken,
  givenDeviceToken,
  type Identity,
} from '@sallyport/protocol';
import { UsageError } from '../usage-error.ts';
import type { Peer } from './connection.ts';

export type Verdict =
  | {
      readonly verdict: 'accepted';
      readonly identity: Identity;
      /** For the client to keep. Beside the identity, so that neither the application nor an observer sees it. */
      readonly deviceToken?: GivenDeviceToken;
    }
  | { readonly verdict: 'refused' }
  /** It did not look at these credentials: the client may send the same again after `retryInMs` milliseconds at least. */
  | { readonly verdict: 'postponed'; readonly retryInMs: number }
  /** It has too much to do to look at these credentials; the client may come back (close code 1013). */
  | { readonly verdict: 'overloaded' };

export interface VerificationContext {
  readonly peer: Peer;
  /** Aborts when nobody waits for the verdict any more. Made when first read. */
  readonly signal: AbortSignal;
}

/**
 * Says who may enter, now or later. A verdict has to come, or the promise of it to reject, once the signal has aborted at
 * the latest: after 5 s the session ends without it (1013), but what it holds is not free before.
 */
export type Authenticator = (
  credentials: Credentials,
  context: VerificationContext,
) => Verdict | PromiseLike<Verdict>;

/**
 * Accepts. `expiresInMs` is for how long, in milliseconds and at least 0; without it the identity never expires.
 * `deviceToken` is what the client shall send with its next password (token68, at most 512 characters); without it the client
 * gets none. Throws a `UsageError` for a user that is empty or no text, for any other time, and for any other device token.
 */
export function accept(
  user: string,
  options: {
    readonly expiresInMs?: number | undefined;
    readonly claims?: Readonly<Record<string, unknown>> | undefined;
    readonly deviceToken?: string | undefined;
  } = {},
): Verdict {
  const { expiresInMs = Number.POSITIVE_INFINITY, claims, deviceToken } = options;
  if (!isUser(user)) throw new UsageError('user', USER, user);
  if (!isTime(expiresInMs)) throw new UsageError('expiresInMs', TIME, expiresInMs);
  // What was given instead stays out of the error: it may be a secret.
  if (deviceToken !== undefined && !(typeof deviceToken === 'string' && canBeDeviceToken(deviceToken)))
    throw new UsageError('deviceToken', 'must be a token68 of at most 512 characters');
  return {
    verdict: 'accepted',
    identity: { user, expiresInMs, ...(claims && { claims }) },
    ...(deviceToken !== undefined && { deviceToken: givenDeviceToken(deviceToken) }),
  };
}

/** Refuses. Why is nobody's business: a reason would tell who exists (OWASP Authentication Cheat Sheet). */
export const refuse = (): Verdict => ({ verdict: 'refused' });
export const overload = (): Verdict => ({ verdict: 'overloaded' });

/**
 * Says that these credentials were not looked at. It uses up no attempt, and the client may send the same again after
 * `retryInMs` milliseconds at least. Throws a `UsageError` unless that is a finite number of at least 0.
 */
export function postpone(retryInMs: number): Verdict {
  if (!isWait(retryInMs)) throw new UsageError('retryInMs', WAIT, retryInMs);
  return { verdict: 'postponed', retryInMs };
}

export const USER = 'must be a text that is not empty';
export const TIME = 'must be a number of at least 0, or Infinity';
export const WAIT = 'must be a finite number of at least 0';

export function isUser(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

export function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

export function isWait(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
