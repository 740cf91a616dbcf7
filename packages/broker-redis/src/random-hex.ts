/**
 * Random hexadecimal digits for tags, epochs and tokens. Redis gives none: the random numbers of Lua repeat after a restart.
 *
 * Proven by: test/ports.test.ts.
 */
import { randomBytes } from 'node:crypto';

/** Returns the hexadecimal digits of so many random bytes. */
export type RandomHex = (bytes: number) => string;

/** Digits of `random`, which returns numbers from 0 to 1. Without it they come from the generator of Node, and cannot be guessed. */
export function randomHexOf(random: (() => number) | undefined): RandomHex {
  if (!random) return (bytes) => randomBytes(bytes).toString('hex');
  const digit = () => Math.floor(random() * 16).toString(16);
  return (bytes) => Array.from({ length: 2 * bytes }, digit).join('');
}
