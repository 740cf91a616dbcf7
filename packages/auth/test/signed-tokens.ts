/** Tokens signed by jose, on a stopped wall clock. */
import type { KeyObject } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';

export const secret = 'a secret of thirty-two bytes, or more';
export const START = Date.UTC(2030, 0, 1);
export const now = () => START;
/** Seconds since 1970, as in claims. */
export const at = (ms: number) => (START + ms) / 1_000;

/** A token of ada that expires in a minute. */
export function signed(
  claims: JWTPayload = {},
  key: KeyObject | Uint8Array = Buffer.from(secret),
  header: { alg: string; kid?: string } = { alg: 'HS256' },
): Promise<string> {
  return new SignJWT({ sub: 'ada', exp: at(60_000), ...claims }).setProtectedHeader(header).sign(key);
}
