/**
 * The files of TLS, checked before a library sees them: one of the libraries says "App construction failed" whatever
 * is wrong, the other fails at the first handshake.
 *
 * Proven by: the adapters' stories of listening.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ServeError } from './serve-error.ts';

/** Paths of PEM files. */
export interface TlsFiles {
  readonly key: string;
  /** The server's own certificate first, then those that lead to its root. */
  readonly cert: string;
}

/** Throws a `ServeError` that names the file if a server could not use them now. */
export function readTlsFiles(files: TlsFiles): { readonly key: Buffer; readonly cert: Buffer } {
  const key = attempt(files.key, 'cannot be read', () => readFileSync(files.key));
  const cert = attempt(files.cert, 'cannot be read', () => readFileSync(files.cert));
  // Node would say that somebody has interrupted it: it waits for nobody to type.
  if (key.includes('ENCRYPTED'))
    throw tlsError(
      files.key,
      `is encrypted, and nobody could type its passphrase: take that off with openssl pkey -in ${files.key} -out NEW`,
    );
  const privateKey = attempt(files.key, 'holds no private key', () => createPrivateKey(key));
  const certificate = attempt(files.cert, 'holds no certificate', () => new X509Certificate(cert));
  checkPair(files, privateKey, certificate);
  attempt(files.cert, 'is refused by TLS', () => createSecureContext({ key, cert }));
  return { key, cert };
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
