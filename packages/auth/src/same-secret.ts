/** Compares secrets, for your own authenticators. The time of `===` shows how much of the beginning is right. */
import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether two secrets are the same. The time it takes shows neither where they differ nor which is longer. Proven by:
 * test/same-secret.test.ts.
 */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** Digests have equal lengths; `timingSafeEqual` throws for unequal ones. */
function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
