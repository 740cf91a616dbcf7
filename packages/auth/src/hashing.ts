/**
 * Hashing: the two native libraries, off the event loop, behind one question and one order.
 *
 * What is given to them was read by `stored-hash.ts` first. Passwords go in exactly as received. Nothing here bounds
 * how many run at once; that is `slots.ts`. Proven by: test/hashing.test.ts.
 */
import { hash, verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import { newHashCost, type StoredHash } from './stored-hash.ts';

/** Where bcrypt stops reading: what comes after these bytes of a password does not count. */
export const BCRYPT_BYTES = 72;

export type VerifyHash = (stored: StoredHash, password: string) => Promise<boolean>;

/** Whether this is the password. Rejects if the library fails, which is never an answer. */
export const verifyHash: VerifyHash = (stored, password) =>
  stored.scheme === 'argon2' ? verifyArgon2(stored.text, password) : verifyBcrypt(password, stored.text);

/** argon2id in PHC's format, at OWASP's cost. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, newHashCost);
}
