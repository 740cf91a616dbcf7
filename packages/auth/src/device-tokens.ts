/**
 * Device tokens: a client shows with one that its user has signed in on this device before (OWASP, "device cookies").
 *
 * A token is a random name of the device, and an HMAC over the user, that name and the tag of the stored hash. So a token counts for
 * one user only, a new password voids it, and the server keeps no list. A token proves no identity. It only gives the device a
 * throttle of its own, so that wrong passwords from elsewhere do not delay this device. Proven by: test/device-tokens.test.ts.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { UsageError } from '@sallyport/core';
import type { DeviceSecret } from './device-secret.ts';
import { isSameSecret } from './same-secret.ts';

/** Options of `deviceTokens`. */
export interface DeviceTokenOptions {
  /**
   * The key of the HMAC, at least 32 bytes. A person who knows it can make tokens. With the result of `deviceSecret`, a
   * change of its file counts at once.
   */
  readonly secret: string | Uint8Array | DeviceSecret;
  /**
   * Returns a text that changes when the user's password does, or `undefined` for a user that does not exist, such as `hashTag` of
   * a `passwordFile`. An attempt for a user without a tag counts as an attempt without a device token.
   */
  readonly hashTag: (user: string) => string | undefined;
}

/** Makes and checks device tokens, for the option `devices` of `throttled`. */
export interface DeviceTokens {
  /** A new token for this user; `undefined` for a user without a tag. */
  give(user: string): string | undefined;
  /** The name of the device, if the token is valid for this user. Takes the same time for each user. */
  deviceOf(user: string, token: string): string | undefined;
}

const SECRET_BYTES = 32;
const NAME_BYTES = 16;
/** The version comes first, so that a later version can have another form. */
const TOKEN = /^1\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

/** Throws a `UsageError` if the secret is too short, or `hashTag` is not a function. */
export function deviceTokens({ secret, hashTag }: DeviceTokenOptions): DeviceTokens {
  const isKept = typeof secret === 'object' && 'secret' in secret;
  const fixed = isKept ? undefined : Buffer.from(secret);
  const key = () => fixed ?? (secret as DeviceSecret).secret;
  if (key().length < SECRET_BYTES)
    throw new UsageError('secret', `must have at least ${SECRET_BYTES} bytes; it has ${key().length}`);
  if (typeof hashTag !== 'function') throw new UsageError('hashTag', 'must be a function');
  // JSON, so that different lists of texts never give the same bytes.
  const sign = (user: string, device: string, tag: string) =>
    createHmac('sha256', key())
      .update(JSON.stringify(['sallyport device token 1', user, device, tag]))
      .digest('base64url');
  return {
    give(user) {
      const tag = hashTag(user);
      if (tag === undefined) return undefined;
      const device = randomBytes(NAME_BYTES).toString('base64url');
      return `1.${device}.${sign(user, device, tag)}`;
    },
    deviceOf(user, token) {
      const [, device = '', signature = ''] = TOKEN.exec(token) ?? [];
      const tag = hashTag(user);
      const isRight = isSameSecret(signature, sign(user, device, tag ?? ''));
      return isRight && tag !== undefined ? device : undefined;
    },
  };
}
