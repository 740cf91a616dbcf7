/** Why a token opened no session: constants for a log, which say nothing of the token itself. Proven by: test/tokens.test.ts. */
import { errors } from 'jose';

/** Why a token opened no session. For the operator's log: the client must not see it. */
export type TokenRefusal =
  /** It is not a JWT, or a claim has the wrong type. */
  | 'malformed'
  /** Its algorithm is not one of those allowed. */
  | 'algorithm'
  /** None of the newest keys is its key. */
  | 'keyUnknown'
  /** Its key is not known and newer keys cannot be had now. The client is not refused: it is asked to come back. */
  | 'keyNotKnownYet'
  /** Its signature does not fit the key. */
  | 'signature'
  /** `exp` is further in the past than the leeway. */
  | 'expired'
  /** `nbf` is further in the future than the leeway. */
  | 'notYetValid'
  /** `iss` is not one of those allowed. */
  | 'issuer'
  /** `aud` has none of those allowed. */
  | 'audience'
  /** It has no `exp`. */
  | 'noExpiry'
  /** It has no `sub`. */
  | 'noSubject'
  /** Its claims do not fit the schema of the option `claims`. */
  | 'claims'
  /** `sub` cannot be a user's name: not a text, empty, longer than 256 bytes, or with control characters. */
  | 'subject';

const BY_CODE: Readonly<Record<string, TokenRefusal>> = {
  [errors.JOSEAlgNotAllowed.code]: 'algorithm',
  [errors.JOSENotSupported.code]: 'algorithm',
  [errors.JWKSNoMatchingKey.code]: 'keyUnknown',
  [errors.JWSInvalid.code]: 'malformed',
  [errors.JWSSignatureVerificationFailed.code]: 'signature',
  [errors.JWTExpired.code]: 'expired',
  [errors.JWTInvalid.code]: 'malformed',
};

const BY_CLAIM: Readonly<Record<string, TokenRefusal>> = { iss: 'issuer', aud: 'audience' };
const BY_MISSING: Readonly<Record<string, TokenRefusal>> = { ...BY_CLAIM, exp: 'noExpiry', sub: 'noSubject' };

/** `undefined` for an error that does not mean that the token is wrong: it is about the keys, or a bug. */
export function refusalOf(error: unknown): TokenRefusal | undefined {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    if (reason === 'missing') return BY_MISSING[claim] ?? 'malformed';
    if (claim === 'nbf' && reason === 'check_failed') return 'notYetValid';
    return BY_CLAIM[claim] ?? 'malformed';
  }
  return error instanceof errors.JOSEError ? BY_CODE[error.code] : undefined;
}
