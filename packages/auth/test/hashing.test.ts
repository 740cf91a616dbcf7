/** The real hashing libraries, once each. */
import { expect, it } from 'vitest';
import { hashPassword, verifyHash } from '../src/hashing.ts';
import { decoyHash, readHash, type StoredHash } from '../src/stored-hash.ts';
import { apacheLine, bcrypt } from './known-hashes.ts';

const read = (text: string) => readHash(text) as StoredHash;

it('A new hash has the cost that OWASP asks for and a salt, and verifies its password', async () => {
  const [one, other] = [await hashPassword('pässwörd'), await hashPassword('pässwörd')];
  expect(read(one)).toMatchObject({ scheme: 'argon2', isWeak: false, cost: decoyHash().cost });
  expect(one).not.toBe(other);
  expect(await verifyHash(read(one), 'pässwörd')).toBe(true);
  expect(await verifyHash(read(one), 'passwörd')).toBe(false);
  // A14 and A15: exactly as received, no normalisation, no trimming.
  expect(await verifyHash(read(one), 'pa\u0308ssw\u00f6rd')).toBe(false);
  expect(await verifyHash(read(one), '\ufeffpässwörd')).toBe(false);
});

it('A hash of htpasswd -B of Apache verifies its password', async () => {
  const hash = read(apacheLine.slice('myName:'.length));
  expect(await verifyHash(hash, 'myPassword')).toBe(true);
  expect(await verifyHash(hash, 'mypassword')).toBe(false);
});

it('Bcrypt reads 72 bytes of a password, as every bcrypt does', async () => {
  const hash = read(bcrypt('a'.repeat(80)));
  expect(await verifyHash(hash, `${'a'.repeat(72)}b`)).toBe(true);
  expect(await verifyHash(hash, 'a'.repeat(71))).toBe(false);
});

it('A13: a password may have any characters, and every one counts', async () => {
  for (const make of [hashPassword, async (password: string) => bcrypt(password)]) {
    const hash = read(await make('a\0b\r\n\u001b[31m\u202e\u0085'));
    expect(await verifyHash(hash, 'a\0b\r\n\u001b[31m\u202e\u0085')).toBe(true);
    expect(await verifyHash(hash, 'a\0b')).toBe(false);
    expect(await verifyHash(hash, 'a')).toBe(false);
  }
});
