/** Random hexadecimal digits for tags, epochs and tokens. Redis gives none: the random numbers of Lua repeat after a restart. */
import { randomBytes } from 'node:crypto';

export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
