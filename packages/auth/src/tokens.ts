/**
 * Tokens: an authenticator over signed JWTs (RFC 7519), by `jose`.
 *
 * `sub` is the user, and the session ends at `exp`; a token without either is refused. Three answers are kept apart: a wrong token is
 * refused; a token whose key cannot be known now is answered with `overload()`, so that the client comes back with the same token;
 * and if there are no keys at all, the sign-in fails. Proven by: test/tokens.test.ts, test/published-keys.test.ts.
 */
import {
  type Authenticator,
  accept,
  type Clock,
  overload,
  refuse,
  UsageError,
  type Verdict,
  type VerificationContext,
} from '@sallyport/core';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { callSafely } from './call-safely.ts';
import { requireKnown } from './check-options.ts';
import { systemClock } from './clock.ts';
import type { KeyFailure } from './key-source.ts';
import { openKeySource } from './open-key-source.ts';
import { type ClaimsReader, type ClaimsSchema, claimsReader } from './token-claims.ts';
import type { TokenKeyOptions, TokenKeys } from './token-keys.ts';
import { refusalOf, type TokenRefusal } from './token-refusal.ts';
import { problemOfAnyName } from './user-lines.ts';

/** Options of `tokens`. One of the keys is required. */
export interface TokensOptions extends TokenKeyOptions {
  /** The issuers whose tokens count: `iss` must be one of them. Default: any. */
  readonly issuer?: string | readonly string[];
  /** The audiences whose tokens count: `aud` must have one of them. Default: any, also tokens made for another application. */
  readonly audience?: string | readonly string[];
  /**
   * A schema that follows Standard Schema v1, as those of zod, valibot and arktype do. A token whose claims do not fit is refused.
   * What the schema returns is `identity.claims`, and its type too. If the schema throws, or returns no object, the sign-in fails. Default:
   * `identity.claims` has all claims of the token, unchecked.
   */
  readonly claims?: ClaimsSchema;
  /**
   * Milliseconds, at least 0, by which the issuer's clock may differ. Default 60 000. A token whose `nbf` is that far in the
   * future is accepted. A token that is past `exp` by less opens no session: the server closes with 4419, and the client
   * fetches a fresh one. A token that is past `exp` by more is refused.
   */
  readonly leewayMs?: number;
  /** The wall clock, in milliseconds since 1970, that `exp` and `nbf` are compared with. Default: `Date.now`. */
  readonly now?: () => number;
  /** The clock for the looks at a key file. Default: the system's. */
  readonly clock?: Clock;
  /** Called for each token that opens no session, with the reason for a log. Never gets the token. */
  readonly onRefused?: (reason: TokenRefusal, context: VerificationContext) => void;
  /** Called when other keys count from now on: the key file has changed, or the issuer has published other keys. */
  readonly onKeysChanged?: () => void;
  /** Called when newer keys cannot be read or fetched, with one line for the operator. The last keys stay in use, where it says so. */
  readonly onProblem?: (problem: string) => void;
}

const optionNames = {
  secret: true,
  secretFile: true,
  publicKey: true,
  publicKeyFile: true,
  jwksUrl: true,
  jwksStaleMs: true,
  algorithms: true,
  issuer: true,
  audience: true,
  claims: true,
  leewayMs: true,
  now: true,
  clock: true,
  onRefused: true,
  onKeysChanged: true,
  onProblem: true,
} as const;

/** An authenticator over tokens. `Claims` is the type of the claims, where a schema gives it. */
export interface Tokens<Claims = unknown> extends Authenticator<unknown, Claims> {
  /** Reads the key file, or fetches the issuer's keys, now. Resolves when that is done. Never rejects. */
  reload(): Promise<void>;
  /** Ends the watch of the key file. The last keys stay in use. */
  close(): void;
}

/** Throws a `UsageError` for an option that is not known or does not fit, and a `TokenKeysError` if a key file cannot be read. */
export function tokens<Schema extends ClaimsSchema>(
  options: TokensOptions & { readonly claims: Schema },
): Tokens<StandardSchemaV1.InferOutput<Schema>>;
/** Accepts tokens without a schema of their claims. See the other form. */
export function tokens(options: TokensOptions): Tokens;
export function tokens(options: TokensOptions): Tokens {
  const { issuer, audience, leewayMs = 60_000, now = Date.now, clock = systemClock } = options;
  requireKnown('tokens', options, optionNames);
  if (!(Number.isFinite(leewayMs) && leewayMs >= 0))
    throw new UsageError('leewayMs', 'must be a number of at least 0', leewayMs);
  const readClaims = claimsReader(options.claims);
  const source = openKeySource(options, clock, {
    changed: () => callSafely(() => options.onKeysChanged?.()),
    problem: (text) => callSafely(() => options.onProblem?.(text)),
  });
  const required = {
    requiredClaims: ['exp', 'sub'],
    clockTolerance: leewayMs / 1_000,
    ...(issuer !== undefined && { issuer: listed(issuer) }),
    ...(audience !== undefined && { audience: listed(audience) }),
  };

  /** The acceptance, or why there is none. Rejects if the keys cannot be used. */
  const check = async (token: string, keys: TokenKeys): Promise<Verdict | TokenRefusal> => {
    const at = now();
    try {
      const { algorithms, key } = keys;
      const verification = { ...required, algorithms, currentDate: new Date(at) };
      return await acceptance(await verified(token, key, verification), at, readClaims);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return refusal;
    }
  };

  const checkWithNewestKeys = async (token: string): Promise<Verdict | TokenRefusal> => {
    const { keys, isNewest } = await source.current();
    const outcome = await check(token, keys);
    if (isNewest || !isAboutKeys(outcome)) return outcome;
    const newer = await source.newerThan(keys, outcome);
    if (newer === 'none') return outcome;
    return newer === 'unknown' ? 'keyNotKnownYet' : check(token, newer);
  };

  const verify = async (token: string, context: VerificationContext): Promise<Verdict> => {
    const outcome = await checkWithNewestKeys(token);
    if (typeof outcome !== 'string') return outcome;
    callSafely(() => options.onRefused?.(outcome, context));
    return outcome === 'keyNotKnownYet' ? overload() : refuse();
  };
  const authenticate: Authenticator = (credentials, context) =>
    credentials.type === 'token' ? verify(credentials.token, context) : refuse();
  return Object.defineProperties(authenticate as Tokens, {
    reload: { value: () => source.reload() },
    close: { value: () => source.close() },
  });
}

async function verified(
  token: string,
  key: TokenKeys['key'],
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  if (typeof key !== 'function') return (await jwtVerify(token, key, options)).payload;
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    return verifiedByAnyOf(error, token, options);
  }
}

/** For a token that does not name its key. */
async function verifiedByAnyOf(
  keys: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  for await (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

async function acceptance(
  payload: JWTPayload,
  at: number,
  readClaims: ClaimsReader,
): Promise<Verdict | TokenRefusal> {
  const { sub, exp } = payload;
  // Required claims may still be of any type.
  if (typeof sub !== 'string' || problemOfAnyName(sub) !== undefined) return 'subject';
  if (exp === undefined) return 'noExpiry';
  const claims = await readClaims(payload);
  if (!claims) return 'claims';
  // Past `exp` and within the leeway, the session ends with 4419 before it opens.
  // `expiresAtMs` ends the session at `exp` even if the machine was suspended, or its wall clock was corrected.
  const expiresAtMs = Math.max(0, exp * 1_000);
  return accept(sub, {
    expiresInMs: Math.max(0, expiresAtMs - at),
    ...(Number.isFinite(expiresAtMs) && { expiresAtMs }),
    claims,
  });
}

/** Newer keys could lead to another outcome. */
function isAboutKeys(outcome: Verdict | TokenRefusal): outcome is KeyFailure {
  return outcome === 'algorithm' || outcome === 'keyUnknown' || outcome === 'signature';
}

function listed(one: string | readonly string[]): string[] {
  return typeof one === 'string' ? [one] : [...one];
}
