/**
 * The authenticator: a port. It decides which credentials are accepted.
 *
 * It fails closed: only an explicit acceptance signs a client in. An error, a rejection, a timeout, or any value that is not a
 * verdict never does. `session/verification.ts` reads the verdicts.
 */
import {
  type Credentials,
  canBeDeviceToken,
  checkKnownOptions,
  type GivenDeviceToken,
  givenDeviceToken,
  type Identity,
  UsageError,
} from '@sallyport/protocol';
import type { Peer } from './connection.ts';

/** The authenticator's decision on credentials. Made by `accept`, `refuse`, `postpone` and `overload`. `Claims` is the type of the claims. */
export type Verdict<Claims = unknown> =
  | {
      readonly verdict: 'accepted';
      readonly identity: Identity<Claims>;
      /** A secret for the client to keep. It is not part of the identity, so applications and observers do not see it. */
      readonly deviceToken?: GivenDeviceToken;
    }
  | { readonly verdict: 'refused' }
  /** The credentials were not checked. The client may send the same again, no sooner than after `retryInMs` milliseconds. */
  | { readonly verdict: 'postponed'; readonly retryInMs: number }
  /**
   * The authenticator is too busy to check these credentials. The session ends, and the client may come back (close code
   * 1013).
   */
  | { readonly verdict: 'overloaded' };

/** What an authenticator knows about an attempt besides the credentials. */
export interface VerificationContext<Context = unknown> {
  /** The client's end of the connection. */
  readonly peer: Peer<Context>;
  /** Aborts when the session stops waiting for the verdict. */
  readonly signal: AbortSignal;
}

/**
 * Decides on credentials, now or later. After `verificationMs` (default 5 s) the session ends without a verdict (1013), and the
 * signal aborts. The promise should settle then at the latest, because it holds memory until it does.
 *
 * An authenticator that names a type of claims must give such claims with every acceptance. The type is never inferred from what the
 * function returns, so other authenticators may give different claims to different users.
 */
export interface Authenticator<Context = unknown, Claims = unknown> {
  (
    credentials: Credentials,
    context: VerificationContext<Context>,
  ): Verdict<NoInfer<Claims>> | PromiseLike<Verdict<NoInfer<Claims>>>;
  /**
   * Whether an identity that was accepted still holds, such as whether the user still exists. Optional. It is asked only on a server with a
   * broker that may have missed revocations, once for each session and at a bounded rate. Without it, and for every answer but `true`, such a
   * session ends with 4419, and its client may sign in again. It may take `verificationMs`.
   */
  stillValid?(identity: Identity): boolean | PromiseLike<boolean>;
}

/** What `accept` can say about an identity besides the user and the claims. */
interface AcceptOptions {
  readonly expiresInMs?: number | undefined;
  readonly expiresAtMs?: number | undefined;
  readonly deviceToken?: string | undefined;
}

/**
 * Accepts credentials as those of `user`, a text that is not empty.
 *
 * `expiresInMs` is how long the identity holds: milliseconds, at least 0. Default: it never expires. `expiresAtMs` is when it
 * expires on the wall clock, in milliseconds since 1970, as the `exp` of a token. The session then ends in time even if the
 * process was suspended or the wall clock was corrected. With both, the earlier one counts. `claims` is further data
 * about the user, for the application. `deviceToken` is a secret that the client sends with its next password: a token68 of at
 * most 512 characters. Default: the client gets none. Throws a `UsageError` for a wrong argument.
 */
export function accept<Claims extends object>(
  user: string,
  options: AcceptOptions & { readonly claims: Claims },
): Verdict<Claims>;
/** Accepts credentials as those of `user`, perhaps without claims. See the other form. */
export function accept(
  user: string,
  options?: AcceptOptions & { readonly claims?: Readonly<Record<string, unknown>> | undefined },
): Verdict;
export function accept(
  user: string,
  options: AcceptOptions & { readonly claims?: Readonly<Record<string, unknown>> | undefined } = {},
): Verdict {
  checkKnownOptions('accept', options, ['expiresInMs', 'expiresAtMs', 'claims', 'deviceToken']);
  const { expiresInMs = Number.POSITIVE_INFINITY, expiresAtMs, claims, deviceToken } = options;
  if (!isUser(user)) throw new UsageError('user', USER, user);
  if (!isTime(expiresInMs)) throw new UsageError('expiresInMs', TIME, expiresInMs);
  if (expiresAtMs !== undefined && !isWait(expiresAtMs))
    throw new UsageError('expiresAtMs', WAIT, expiresAtMs);
  // The error does not show the wrong value, because that may be a secret.
  if (deviceToken !== undefined && !(typeof deviceToken === 'string' && canBeDeviceToken(deviceToken)))
    throw new UsageError('deviceToken', 'must be a token68 of at most 512 characters');
  // Not by object spreads, which are slow while the code is cold: each sign-in passes here.
  const identity: { -readonly [Key in keyof Identity]: Identity[Key] } = { user, expiresInMs };
  if (expiresAtMs !== undefined) identity.expiresAtMs = expiresAtMs;
  if (claims) identity.claims = claims;
  if (deviceToken === undefined) return { verdict: 'accepted', identity };
  return { verdict: 'accepted', identity, deviceToken: givenDeviceToken(deviceToken) };
}

/** Refuses credentials. It takes no reason: that would tell the client which users exist (OWASP Authentication Cheat Sheet). */
export const refuse = (): Verdict<never> => ({ verdict: 'refused' });
/** Ends the session because the authenticator is too busy (close code 1013). The client may come back later. */
export const overload = (): Verdict<never> => ({ verdict: 'overloaded' });

/**
 * Puts an attempt off without checking the credentials. It uses up no attempt. The client may send the same again, no sooner than
 * after `retryInMs` milliseconds, a finite number of at least 0. Throws a `UsageError` for any other value.
 */
export function postpone(retryInMs: number): Verdict<never> {
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
