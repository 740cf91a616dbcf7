/** A device token that is on its way to the client (PROTOCOL.md, 3.1). */
import { inspect } from 'node:util';
import { givenDeviceToken, isGivenDeviceToken } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';

describe('a device token from the server', () => {
  it('E23: only the protocol can read the text of a device token', () => {
    const token = givenDeviceToken('s3cret');
    expect(token.text).toBe('s3cret');
    const fact = { type: 'credentials.accepted', deviceToken: token };
    for (const shown of [JSON.stringify(fact), inspect(fact, { depth: 9, showHidden: true }), `${token}`])
      expect(shown).not.toContain('s3cret');
    expect(Object.values(token)).toEqual([]);
    expect(structuredClone(token)).toEqual({});
  });

  it.each(['', 'a b', '\u00fc', 'a'.repeat(513), 1 as never, undefined as never])(
    'a device token that the server could not read again is refused: %j',
    (text) => {
      expect(() => givenDeviceToken(text)).toThrow(
        new TypeError('a device token must be a token68 of at most 512 characters'),
      );
    },
  );

  it('a look-alike is not taken for a device token', () => {
    expect(isGivenDeviceToken(givenDeviceToken('a'))).toBe(true);
    for (const other of [{ text: 'a' }, 'a', null, undefined]) expect(isGivenDeviceToken(other)).toBe(false);
  });
});
