/** The keys and algorithms that `tokens` accepts, and those that it refuses at the start. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { UsageError } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { openKeySource } from '../src/open-key-source.ts';
import { publishedAlgorithms, type TokenKeyOptions } from '../src/token-keys.ts';

const open = (options: TokenKeyOptions) =>
  openKeySource(options, systemClock, { changed: () => {}, problem: () => {} });
const pem = (key: KeyObject, type: 'spki' | 'pkcs8' = 'spki') =>
  key.export({ type, format: 'pem' }) as string;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed25519 = generateKeyPairSync('ed25519');
const secret = 'x'.repeat(32);

describe('The algorithms of tokens()', () => {
  it.each<[string, TokenKeyOptions, string[]]>([
    ['a secret', { secret }, ['HS256']],
    ['RSA', { publicKey: pem(rsa.publicKey) }, ['RS256']],
    ['P-256', { publicKey: pem(p256.publicKey) }, ['ES256']],
    ['Ed25519', { publicKey: pem(ed25519.publicKey) }, ['EdDSA', 'Ed25519']],
    [
      'published keys',
      { jwksUrl: 'https://a.example/jwks' },
      ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
    ],
    ['the wished algorithms', { secret, algorithms: ['HS512', 'HS384'] }, ['HS512', 'HS384']],
    [
      'published keys on this machine, and the wished algorithms',
      { jwksUrl: 'http://127.0.0.1:1/', algorithms: ['ES256'] },
      ['ES256'],
    ],
  ])('fit %s', async (_, options, algorithms) => {
    const known =
      options.jwksUrl === undefined
        ? (await open(options).current()).keys.algorithms
        : publishedAlgorithms(options.algorithms);
    expect(known).toEqual(algorithms);
  });
});

it.each<[string, TokenKeyOptions, RegExp]>([
  ['nothing', {}, /one of secret, secretFile, publicKey, publicKeyFile and jwksUrl/],
  ['two', { secret, jwksUrl: 'https://a.example/' }, /one of/],
  ['a short secret', { secret: 'x'.repeat(31) }, /at least 32 bytes; it has 31/],
  ['no algorithm', { secret, algorithms: [] }, /none at all/],
  ['none', { secret, algorithms: ['none'] }, /algorithms must be of those that fit the key: HS256.*"none"/],
  ['a public key as a secret', { publicKey: pem(rsa.publicKey), algorithms: ['HS256'] }, /RS256.*"HS256"/],
  ['the wrong kind', { publicKey: pem(p256.publicKey), algorithms: ['RS256'] }, /"RS256"/],
  ['HMAC with published keys', { jwksUrl: 'https://a.example/', algorithms: ['HS256'] }, /"HS256"/],
  ['a private key', { publicKey: pem(rsa.privateKey, 'pkcs8') }, /private/],
  ['junk', { publicKey: 'junk' }, /in PEM/],
  [
    'short RSA',
    { publicKey: pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey) },
    /2048 bits; it has 1024/,
  ],
  ['another kind', { publicKey: pem(generateKeyPairSync('x25519').publicKey) }, /must be of RSA/],
  [
    'another curve',
    { publicKey: pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey) },
    /must be of RSA/,
  ],
  ['a URL in clear', { jwksUrl: 'http://a.example/jwks' }, /https:/],
  ['a name like this machine', { jwksUrl: 'http://127.0.0.1.a.example/' }, /https:/],
  ['no URL', { jwksUrl: 'jwks' }, /https:/],
  ['a negative time', { jwksUrl: 'https://a.example/', jwksStaleMs: -1 }, /jwksStaleMs/],
])('tokens() refuses %s, and the error shows no secret', (_, options, message) => {
  expect(() => open(options)).toThrow(UsageError);
  expect(() => open(options)).toThrow(message);
  expect(() => open(options)).not.toThrow('xxxx');
});
