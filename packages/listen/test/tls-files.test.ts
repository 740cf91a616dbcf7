/** Which TLS files a server can use now, and the errors for the others. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cert, expiredCert, key, otherKey } from '@sallyport/conformance/serving';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { readTlsFiles } from '../src/tls-files.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Paths of files with these texts. A file without a text does not exist. */
function files(keyText: string | undefined, certText: string | undefined) {
  const file = (name: string, text: string | undefined) => {
    const path = join(folder, name);
    rmSync(path, { force: true });
    if (text !== undefined) writeFileSync(path, text);
    return path;
  };
  return { key: file('key.pem', keyText), cert: file('cert.pem', certText) };
}

function at(date: string): void {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(date) });
  onTestFinished(() => void vi.useRealTimers());
}

it('readTlsFiles() returns the bytes of a valid pair, and when the certificate expires', () => {
  expect(readTlsFiles(files(key, cert))).toEqual({
    key: Buffer.from(key),
    cert: Buffer.from(cert),
    expiresAt: Date.UTC(2120, 0, 1),
  });
});

it.each([
  ['a missing key', undefined, cert, /^TLS file .*key\.pem cannot be read \(ENOENT: .*\)$/],
  ['a missing certificate', key, undefined, /^TLS file .*cert\.pem cannot be read \(ENOENT: .*\)$/],
  ['a key file without a key', cert, cert, /^TLS file .*key\.pem holds no private key \(.+\)$/],
  [
    'a certificate file without a certificate',
    key,
    key,
    /^TLS file .*cert\.pem holds no certificate \(.+\)$/,
  ],
  [
    'a key of another certificate',
    otherKey,
    cert,
    /^TLS file .*cert\.pem does not belong to the key .*key\.pem$/,
  ],
  ['a certificate that expired', key, expiredCert, /^TLS file .*cert\.pem expired on Jan {2}2 .+$/],
])('readTlsFiles() refuses %s, with an error of one line', (_, keyText, certText, message) => {
  expect(() => readTlsFiles(files(keyText, certText))).toThrow(
    expect.objectContaining({ name: 'ServeError', code: 'ERR_TLS', message: expect.stringMatching(message) }),
  );
});

it.each([
  ['PKCS#8', { type: 'pkcs8', format: 'pem' }],
  ['the older form', { type: 'pkcs1', format: 'pem' }],
] as const)('the error for an encrypted key says how to decrypt it: %s', (_, form) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encrypted = privateKey.export({ ...form, cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
  expect(() => readTlsFiles(files(encrypted, cert))).toThrow(
    /^TLS file (.*key\.pem) is encrypted, and a server cannot ask for the passphrase: .* openssl pkey -in \1 -out NEW$/,
  );
});

it.each([
  ['2019-12-31T23:59:59Z', /cert\.pem is not valid before Jan {2}1 00:00:00 2020 GMT$/],
  ['2120-01-01T00:00:01Z', /cert\.pem expired on Jan {2}1 00:00:00 2120 GMT$/],
])('readTlsFiles() refuses the certificate at %s', (date, message) => {
  at(date);
  expect(() => readTlsFiles(files(key, cert))).toThrow(message);
});

it.each(['2020-01-01T00:00:00Z', '2120-01-01T00:00:00Z'])(
  'readTlsFiles() accepts the certificate in its first and last second: %s',
  (date) => {
    at(date);
    expect(() => readTlsFiles(files(key, cert))).not.toThrow();
  },
);

it('readTlsFiles() refuses a chain whose second part is not a certificate, which only TLS finds', () => {
  const broken = `${cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
  expect(() => readTlsFiles(files(key, broken))).toThrow(/cert\.pem is refused by TLS \(.+\)$/);
});
