/**
 * Checks the TLS files before a library reads them. uWebSockets.js reports every fault as "App construction failed", and Node
 * fails only at the first handshake.
 *
 * Proven by: test/tls-files.test.ts, and the adapters' stories of listening.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ServeError } from './serve-error.ts';

/** Paths of PEM files. */
export interface TlsFiles {
  /** The private key, not encrypted. */
  readonly key: string;
  /** The server's certificate first, then the intermediate certificates. */
  readonly cert: string;
}

/** The content of TLS files that a server can use. */
export interface TlsContent {
  /** The private key, as PEM. */
  readonly key: Buffer;
  /** The certificate chain, as PEM. */
  readonly cert: Buffer;
  /** When the server's certificate expires, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Reads the files. Throws a `ServeError` that names the file if a server cannot use them now. */
export function readTlsFiles(files: TlsFiles): TlsContent {
  const key = attempt(files.key, 'cannot be read', () => readFileSync(files.key));
  const cert = attempt(files.cert, 'cannot be read', () => readFileSync(files.cert));
  // Without this check Node reports "interrupted or cancelled".
  if (key.includes('ENCRYPTED'))
    throw tlsError(
      files.key,
      `is encrypted, and a server cannot ask for the passphrase: remove it with openssl pkey -in ${files.key} -out NEW`,
    );
  const privateKey = attempt(files.key, 'holds no private key', () => createPrivateKey(key));
  const certificate = attempt(files.cert, 'holds no certificate', () => new X509Certificate(cert));
  checkPair(files, privateKey, certificate);
  attempt(files.cert, 'is refused by TLS', () => createSecureContext({ key, cert }));
  return { key, cert, expiresAt: Date.parse(certificate.validTo) };
}

function checkPair(files: TlsFiles, key: KeyObject, certificate: X509Certificate): void {
  if (!certificate.checkPrivateKey(key))
    throw tlsError(files.cert, `does not belong to the key ${files.key}`);
  const { validFrom, validTo } = certificate;
  if (Date.parse(validTo) < Date.now()) throw tlsError(files.cert, `expired on ${validTo}`);
  if (Date.parse(validFrom) > Date.now()) throw tlsError(files.cert, `is not valid before ${validFrom}`);
}

function attempt<T>(file: string, failure: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const [cause] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw tlsError(file, `${failure} (${cause})`);
  }
}

function tlsError(file: string, fault: string): ServeError {
  return new ServeError('ERR_TLS', `TLS file ${file} ${fault}`);
}
