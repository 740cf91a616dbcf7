/**
 * The keys that tokens are verified with, and the algorithms that fit them.
 *
 * A key comes from an option, from a watched file (`key-file.ts`), or from the issuer's URL (`published-keys.ts`). All of it is
 * checked at the start, so that no sign-in finds a mistake of the configuration. The algorithms come from the options or the key,
 * never from a token: a public key must not be used as a secret, and `none` is never allowed. Proven by: test/token-keys.test.ts.
 */
import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { UsageError } from '@sallyport/core';
import type { JWTVerifyGetKey } from 'jose';

/** Where the keys come from: exactly one of `secret`, `secretFile`, `publicKey`, `publicKeyFile` and `jwksUrl`. */
export interface TokenKeyOptions {
  /** A secret that the server and the issuer share, for HMAC. At least 32 bytes (RFC 7518, 3.2). */
  readonly secret?: string | Uint8Array;
  /** Path of a file with such a secret. One line end at its end does not count. Read again when it changes. */
  readonly secretFile?: string;
  /** The issuer's public key in PEM: SPKI, or a certificate. RSA with at least 2048 bits, Ed25519, P-256, P-384 or P-521. */
  readonly publicKey?: string;
  /** Path of a file with such a public key. Read again when it changes. */
  readonly publicKeyFile?: string;
  /** URL at which the issuer publishes its keys (RFC 7517). Must be https, or http on a loopback address. */
  readonly jwksUrl?: string | URL;
  /**
   * Milliseconds after the last successful fetch from `jwksUrl` for which its keys are used while the issuer cannot be reached.
   * Default 86 400 000 (one day). Past it, sign-ins fail until a fetch succeeds. The keys are used for 10 minutes in any case.
   */
  readonly jwksStaleMs?: number;
  /** Signature algorithms that a token may use. Default: `HS256` for a secret, `RS256` for RSA, or what fits the curve. */
  readonly algorithms?: readonly string[];
}

/** The keys that verify tokens cannot be read or fetched. The message is one line for an operator; `cause` is the first error. */
export class TokenKeysError extends Error {
  override readonly name = 'TokenKeysError';
}

export interface TokenKeys {
  readonly key: KeyObject | JWTVerifyGetKey;
  readonly algorithms: string[];
}

const SECRET_BYTES = 32;
const RSA_BITS = 2_048;

const HMAC = ['HS256', 'HS384', 'HS512'];
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const EDDSA = ['EdDSA', 'Ed25519'];
const ECDSA: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/** `option` is the name for the error. */
export function keysOfSecret(
  secret: string | Uint8Array,
  wished: readonly string[] | undefined,
  option = 'secret',
): TokenKeys {
  const bytes = Buffer.from(secret);
  if (bytes.length < SECRET_BYTES)
    throw new UsageError(option, `must have at least ${SECRET_BYTES} bytes; it has ${bytes.length}`);
  return { key: createSecretKey(bytes), algorithms: fitting(HMAC, ['HS256'], wished) };
}

/** `option` is the name for the error. */
export function keysOfPublicKey(
  pem: string,
  wished: readonly string[] | undefined,
  option = 'publicKey',
): TokenKeys {
  const key = readPublicKey(pem, option);
  const { possible, usual } = algorithmsOf(key, option);
  return { key, algorithms: fitting(possible, usual, wished) };
}

/** The algorithms for keys that an issuer publishes. */
export function publishedAlgorithms(wished: readonly string[] | undefined): string[] {
  return fitting([...RSA, ...Object.values(ECDSA), ...EDDSA], ['RS256', 'PS256', 'ES256', ...EDDSA], wished);
}

function fitting(
  possible: readonly string[],
  usual: readonly string[],
  wished: readonly string[] = usual,
): string[] {
  const wrong = wished.find((algorithm) => !possible.includes(algorithm));
  if (wrong !== undefined || wished.length === 0)
    throw new UsageError(
      'algorithms',
      `must be of those that fit the key: ${possible.join(', ')}`,
      wrong ?? 'none at all',
    );
  return [...wished];
}

function readPublicKey(pem: string, option: string): KeyObject {
  if (/PRIVATE KEY/.test(pem))
    throw new UsageError(option, 'must be a public key: only the issuer may have the private one');
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new UsageError(option, 'must be a public key or a certificate in PEM');
  }
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < RSA_BITS)
    throw new UsageError(option, `must have at least ${RSA_BITS} bits; it has ${bits}`);
  return key;
}

function algorithmsOf(
  key: KeyObject,
  option: string,
): { possible: readonly string[]; usual: readonly string[] } {
  const curve = ECDSA[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (key.asymmetricKeyType === 'rsa') return { possible: RSA, usual: ['RS256'] };
  if (key.asymmetricKeyType === 'ed25519') return { possible: EDDSA, usual: EDDSA };
  if (key.asymmetricKeyType === 'ec' && curve) return { possible: [curve], usual: [curve] };
  throw new UsageError(option, 'must be of RSA, Ed25519, or the curve P-256, P-384 or P-521');
}
