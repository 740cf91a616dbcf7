/**
 * Hashing: two native libraries, off the event loop, behind two functions.
 *
 * Every hash has passed `stored-hash.ts` before it comes here. Passwords are hashed exactly as received. The number of hashes at
 * once is bounded by the caller (`semaphore.ts`). Proven by: test/hashing.test.ts.
 */
import { hash, verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import { newHashCost, type StoredHash } from './stored-hash.ts';

/** Bcrypt ignores the bytes of a password after these. */
export const BCRYPT_BYTES = 72;

/** Whether the password belongs to the hash. Must reject if that cannot be found out. */
export type VerifyHash = (stored: StoredHash, password: string) => Promise<boolean>;

/** Rejects if the library fails: that is neither a yes nor a no. */
export const verifyHash: VerifyHash = (stored, password) =>
  stored.scheme === 'argon2' ? verifyArgon2(stored.text, password) : verifyBcrypt(password, stored.text);

/** A new argon2id hash in PHC's format, at OWASP's cost. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, newHashCost);
}
