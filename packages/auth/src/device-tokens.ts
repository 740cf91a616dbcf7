/**
 * Device tokens: how a client shows that its user has signed in on this device before (OWASP, "device cookies").
 *
 * A token is a random name of the device, and an HMAC over the user, that name and the tag of the stored hash. So it counts for one
 * user only, a new password ends it, and the server keeps no list. It proves no one's identity: it only gives the device a throttle
 * of its own, so that other people's wrong passwords do not concern it. Proven by: test/device-tokens.test.ts.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { UsageError } from '@sallyport/core';
import { isSameSecret } from './same-secret.ts';

export interface DeviceTokenOptions {
  /** The key of the HMAC: at least 32 bytes. Whoever knows it can make tokens. */
  readonly secret: string | Uint8Array;
  /**
   * A text that changes when the user's password does, or `undefined` for a user that does not exist: such as `hashTag` of a
   * `passwordFile`. An attempt for a user without a tag counts as one without a device token.
   */
  readonly hashTag: (user: string) => string | undefined;
}

export interface DeviceTokens {
  /** A new token for this user; `undefined` where the user has no tag. */
  give(user: string): string | undefined;
  /** The name of the device, if the token is one of this user's and still counts. Takes the same time for any user. */
  deviceOf(user: string, token: string): string | undefined;
}

const SECRET_BYTES = 32;
const NAME_BYTES = 16;
/** The version first, so that another form can come later. */
const TOKEN = /^1\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

/** Throws a `UsageError` if the secret is too short, or `hashTag` is no function. */
export function deviceTokens({ secret, hashTag }: DeviceTokenOptions): DeviceTokens {
  const key = Buffer.from(secret);
  if (key.length < SECRET_BYTES)
    throw new UsageError('secret', `must have at least ${SECRET_BYTES} bytes; it has ${key.length}`);
  if (typeof hashTag !== 'function') throw new UsageError('hashTag', 'must be a function');
  // As JSON, so that no two lists of texts make the same bytes.
  const sign = (user: string, device: string, tag: string) =>
    createHmac('sha256', key)
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
