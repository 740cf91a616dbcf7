/** Comparing secrets, for authenticators of your own: `===` takes longer the more of the beginning is right. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether they are the same, in a time that tells neither where they differ nor which is longer. Proven by: test/same-secret.test.ts. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** Of equal length, without which `timingSafeEqual` throws. */
function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
