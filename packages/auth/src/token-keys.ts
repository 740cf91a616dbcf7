/**
 * What tokens are verified with: a shared secret, a public key, or the keys that an issuer publishes; and which
 * algorithms fit it. Checked in full at the start, so that no sign-in is the first to find out.
 *
 * Algorithms are listed, never taken from a token: a public key must not pass for a secret, and `none` is none.
 * Proven by: test/token-keys.test.ts.
 */
import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { UsageError } from '@sallyport/core';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

export interface TokenKeyOptions {
  /** For HMAC, at least 32 bytes (RFC 7518, 3.2). */
  readonly secret?: string | Uint8Array;
  /** In PEM: SPKI, or a certificate. */
  readonly publicKey?: string;
  /** Where the issuer publishes its keys (RFC 7517): https, or http on this machine. */
  readonly jwksUrl?: string | URL;
  /** Default: what fits; of RSA `RS256`, of a secret `HS256`. */
  readonly algorithms?: readonly string[];
}

/** The keys that an issuer publishes cannot be had; one line for an operator, with where and why. The cause is what was thrown. */
export class TokenKeysError extends Error {
  override readonly name = 'TokenKeysError';
}

export interface TokenKeys {
  readonly key: KeyObject | JWTVerifyGetKey;
  readonly algorithms: string[];
}

/** Milliseconds: within the core's 5 s for a verification, so that a failure is told as one. */
const FETCH_MS = 4_000;
const SECRET_BYTES = 32;
const RSA_BITS = 2_048;

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const EDDSA = ['EdDSA', 'Ed25519'];
const ECDSA: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

export function tokenKeys({ secret, publicKey, jwksUrl, algorithms }: TokenKeyOptions): TokenKeys {
  const given = [secret, publicKey, jwksUrl].filter((one) => one !== undefined);
  if (given.length !== 1) throw new UsageError('tokens', 'must have one of secret, publicKey and jwksUrl');
  if (secret !== undefined)
    return fitting(secretKey(secret), ['HS256', 'HS384', 'HS512'], ['HS256'], algorithms);
  if (publicKey !== undefined) {
    const key = readPublicKey(publicKey);
    const { possible, usual } = algorithmsOf(key);
    return fitting(key, possible, usual, algorithms);
  }
  const possible = [...RSA, ...Object.values(ECDSA), ...EDDSA];
  const usual = ['RS256', 'PS256', 'ES256', ...EDDSA];
  return fitting(publishedKeys(jwksUrl ?? ''), possible, usual, algorithms);
}

function fitting(
  key: TokenKeys['key'],
  possible: readonly string[],
  usual: readonly string[],
  wished: readonly string[] = usual,
): TokenKeys {
  const wrong = wished.find((algorithm) => !possible.includes(algorithm));
  if (wrong !== undefined || wished.length === 0)
    throw new UsageError(
      'algorithms',
      `must be of those that fit the key: ${possible.join(', ')}`,
      wrong ?? 'none at all',
    );
  return { key, algorithms: [...wished] };
}

function secretKey(secret: string | Uint8Array): KeyObject {
  const bytes = Buffer.from(secret);
  if (bytes.length < SECRET_BYTES)
    throw new UsageError('secret', `must have at least ${SECRET_BYTES} bytes; it has ${bytes.length}`);
  return createSecretKey(bytes);
}

function readPublicKey(pem: string): KeyObject {
  if (/PRIVATE KEY/.test(pem))
    throw new UsageError('publicKey', 'must be a public key: a private one is for the issuer alone');
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new UsageError('publicKey', 'must be a public key or a certificate in PEM');
  }
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < RSA_BITS)
    throw new UsageError('publicKey', `must have at least ${RSA_BITS} bits; it has ${bits}`);
  return key;
}

function algorithmsOf(key: KeyObject): { possible: readonly string[]; usual: readonly string[] } {
  const curve = ECDSA[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (key.asymmetricKeyType === 'rsa') return { possible: RSA, usual: ['RS256'] };
  if (key.asymmetricKeyType === 'ed25519') return { possible: EDDSA, usual: EDDSA };
  if (key.asymmetricKeyType === 'ec' && curve) return { possible: [curve], usual: [curve] };
  throw new UsageError('publicKey', 'must be of RSA, Ed25519, or the curve P-256, P-384 or P-521');
}

/** Fetched at the first sign-in, kept for 10 minutes, and again for a key that is not known, every 30 s at most. */
function publishedKeys(address: string | URL): JWTVerifyGetKey {
  const url = URL.canParse(`${address}`) ? new URL(`${address}`) : undefined;
  const isHere = url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isHere))
    throw new UsageError(
      'jwksUrl',
      'must be a URL with https: whoever can change the keys on the way can be anybody',
    );
  const keyOf = createRemoteJWKSet(url, { timeoutDuration: FETCH_MS });
  return (header, token) =>
    keyOf(header, token).catch((error: unknown) => {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error;
      // Of the address no more than this: the rest may hold a secret.
      const message = `the keys that tokens are verified with cannot be had from ${url.origin} (${reasonOf(error)})`;
      throw new TokenKeysError(message, { cause: error });
    });
}

/** Of a request that failed, what hides behind "fetch failed": the system's or OpenSSL's code, or else words of fetch. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = cause !== error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : cause.message;
}
