/** Device tokens: which user and password they are valid for. */
import { deviceTokens } from '@sallyport/auth';
import { UsageError } from '@sallyport/core';
import { canBeDeviceToken } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';

const secret = 'k'.repeat(32);
const hashes = new Map([
  ['ada', 'first'],
  ['bob', 'first'],
]);
const devices = deviceTokens({ secret, hashTag: (user) => hashes.get(user) });
const tokenFor = (user: string) => devices.give(user) ?? 'none';

describe('A device token', () => {
  it('has the same device name in every process with the same secret, and each token has another device', () => {
    const token = tokenFor('ada');
    expect(canBeDeviceToken(token)).toBe(true);
    const device = devices.deviceOf('ada', token);
    expect(device).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const restarted = deviceTokens({ secret: Buffer.from(secret), hashTag: (user) => hashes.get(user) });
    expect(restarted.deviceOf('ada', token)).toBe(device);
    expect(devices.deviceOf('ada', tokenFor('ada'))).not.toBe(device);
  });

  it('is valid for one user, one secret and one password', () => {
    const token = tokenFor('ada');
    expect(devices.deviceOf('bob', token)).toBeUndefined();
    const other = deviceTokens({ secret: 'x'.repeat(32), hashTag: () => 'first' });
    expect(other.deviceOf('ada', token)).toBeUndefined();
    hashes.set('ada', 'second');
    expect(devices.deviceOf('ada', token)).toBeUndefined();
    hashes.set('ada', 'first');
    expect(devices.deviceOf('ada', token)).toBeDefined();
  });

  it('is not valid if it is forged, cut, longer, or has another form', () => {
    const token = tokenFor('ada');
    const [version, device, signature] = token.split('.');
    for (const other of [
      '',
      'x',
      token.slice(0, -1),
      `${token}A`,
      `2.${device}.${signature}`,
      `${version}.${'A'.repeat(22)}.${signature}`,
      `${version}.${device}.${'A'.repeat(43)}`,
      `${token}\n`,
      'A'.repeat(100_000),
    ])
      expect(devices.deviceOf('ada', other)).toBeUndefined();
  });

  it('is neither given nor valid for a user that does not exist', () => {
    expect(devices.give('unknown')).toBeUndefined();
    const all = deviceTokens({ secret, hashTag: () => '' });
    expect(devices.deviceOf('unknown', all.give('unknown') ?? '')).toBeUndefined();
  });
});

it.each([
  ['a short secret', { secret: 'k'.repeat(31), hashTag: () => '' }],
  ['a missing hashTag', { secret, hashTag: undefined as never }],
])('deviceTokens() throws a UsageError for %s', (_, options) => {
  expect(() => deviceTokens(options)).toThrow(UsageError);
});
