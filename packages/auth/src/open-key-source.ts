/**
 * Opens the source of token keys that the options name: a key in an option, a watched file, or the issuer's URL.
 *
 * Proven by: test/token-keys.test.ts.
 */
import { type Clock, UsageError } from '@sallyport/core';
import { KeyFile } from './key-file.ts';
import type { KeyReports, KeySource } from './key-source.ts';
import { PublishedKeys } from './published-keys.ts';
import {
  keysOfPublicKey,
  keysOfSecret,
  publishedAlgorithms,
  type TokenKeyOptions,
  type TokenKeys,
} from './token-keys.ts';

/** As HTTP caches do it for `stale-if-error` (RFC 5861). */
const DAY_MS = 86_400_000;

/** Throws a `UsageError` if the options do not fit, and a `TokenKeysError` if a file cannot be read. */
export function openKeySource(options: TokenKeyOptions, clock: Clock, reports: KeyReports): KeySource {
  const { secret, secretFile, publicKey, publicKeyFile, jwksUrl, jwksStaleMs = DAY_MS, algorithms } = options;
  const given = [secret, secretFile, publicKey, publicKeyFile, jwksUrl].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new UsageError(
      'tokens',
      'must have one of secret, secretFile, publicKey, publicKeyFile and jwksUrl',
    );
  if (!(jwksStaleMs >= 0)) throw new UsageError('jwksStaleMs', 'must be a number of at least 0', jwksStaleMs);
  if (secret !== undefined) return fixedSource(keysOfSecret(secret, algorithms));
  if (publicKey !== undefined) return fixedSource(keysOfPublicKey(publicKey, algorithms));
  if (secretFile !== undefined)
    return new KeyFile(secretFile, clock, reports, (content) =>
      keysOfSecret(withoutLineEnd(content), algorithms, 'secretFile'),
    );
  if (publicKeyFile !== undefined)
    return new KeyFile(publicKeyFile, clock, reports, (content) =>
      keysOfPublicKey(content.toString(), algorithms, 'publicKeyFile'),
    );
  return new PublishedKeys(jwksUrl ?? '', publishedAlgorithms(algorithms), jwksStaleMs, reports);
}

function fixedSource(keys: TokenKeys): KeySource {
  return {
    current: () => Promise.resolve({ keys, isNewest: true }),
    newerThan: () => Promise.resolve('none'),
    reload: () => Promise.resolve(),
    close: () => {},
  };
}

/** Editors and `echo` write a line end that is not meant to be a part of the secret. */
function withoutLineEnd(bytes: Buffer): Buffer {
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? -2 : -1) : bytes.length;
  return bytes.subarray(0, end);
}
