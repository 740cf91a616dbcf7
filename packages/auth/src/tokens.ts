/**
 * Tokens: an authenticator over signed JWTs (RFC 7519), by `jose`.
 *
 * Who it is says `sub`, and until when `exp`; a token without either is refused. A token that is wrong is a refusal, why
 * is nobody's business; an issuer whose keys cannot be had is a failure, for then nobody knows. Proven by:
 * test/tokens.test.ts.
 */
import { type Authenticator, accept, refuse, UsageError, type Verdict } from '@sallyport/core';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { type TokenKeyOptions, type TokenKeys, tokenKeys } from './token-keys.ts';
import { problemOfAnyName } from './user-lines.ts';

export interface TokensOptions extends TokenKeyOptions {
  /** `iss` must be it, or one of them. Default: not looked at. */
  readonly issuer?: string | readonly string[];
  /** `aud` must be it, or hold one of them. Default: not looked at. */
  readonly audience?: string | readonly string[];
  /**
   * Milliseconds, at least 0, by which the issuer's clock may differ. Default 60 000. A token whose `nbf` is that far in the
   * future is accepted. A token that is past `exp` by less opens no session: the server closes with 4419, which tells the client
   * to fetch a fresh one. A token that is past `exp` by more is refused.
   */
  readonly leewayMs?: number;
  /** The wall clock, in milliseconds since 1970: the one that `exp` is on. Default: `Date.now`. */
  readonly now?: () => number;
}

/** The token is wrong. Whatever else jose throws is about the keys, or a bug. */
const REFUSALS: ReadonlySet<string> = new Set([
  errors.JOSEAlgNotAllowed.code,
  errors.JOSENotSupported.code,
  errors.JWKSNoMatchingKey.code,
  errors.JWSInvalid.code,
  errors.JWSSignatureVerificationFailed.code,
  errors.JWTClaimValidationFailed.code,
  errors.JWTExpired.code,
  errors.JWTInvalid.code,
]);

/** Throws a `UsageError` if the options do not fit. */
export function tokens(options: TokensOptions): Authenticator {
  const { issuer, audience, leewayMs = 60_000, now = Date.now } = options;
  if (!(Number.isFinite(leewayMs) && leewayMs >= 0))
    throw new UsageError('leewayMs', 'must be a number of at least 0', leewayMs);
  const keys = tokenKeys(options);
  const required = {
    algorithms: keys.algorithms,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: leewayMs / 1_000,
    ...(issuer !== undefined && { issuer: listed(issuer) }),
    ...(audience !== undefined && { audience: listed(audience) }),
  };

  const verify = async (token: string): Promise<Verdict> => {
    const at = now();
    try {
      return acceptance(await verified(token, keys.key, { ...required, currentDate: new Date(at) }), at);
    } catch (error) {
      if (error instanceof errors.JOSEError && REFUSALS.has(error.code)) return refuse();
      throw error;
    }
  };
  return (credentials) => (credentials.type === 'token' ? verify(credentials.token) : refuse());
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
    return byAnyOf(error, token, options);
  }
}

/** Of an issuer that does not say which of its keys it was. */
async function byAnyOf(
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

/** Required claims may still be of any type. */
function acceptance(claims: JWTPayload, at: number): Verdict {
  const { sub, exp } = claims;
  const isName = typeof sub === 'string' && problemOfAnyName(sub) === undefined;
  if (!isName || exp === undefined) return refuse();
  // Past `exp` and within the leeway: the session is told that it has expired, and is not opened.
  return accept(sub, { expiresInMs: Math.max(0, exp * 1_000 - at), claims });
}

function listed(one: string | readonly string[]): string[] {
  return typeof one === 'string' ? [one] : [...one];
}
