/** The text protocol (PROTOCOL.md, section 2). */
import { type Decoded, givenDeviceToken, textProtocol } from '@sallyport/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from './any-character.ts';

const authenticating = (data: string | Uint8Array) => textProtocol.decode(data, 'authenticating');
const password = (decoded: Decoded) =>
  decoded.type === 'credentials.received' && decoded.credentials.type === 'password'
    ? [decoded.credentials.username, decoded.credentials.password]
    : undefined;

describe('credentials in text', () => {
  it.each([
    ['admin:123456', 'admin', '123456'],
    ['a:b:c', 'a', 'b:c'],
    [':p', '', 'p'],
    ['u:', 'u', ''],
    ['::', '', ':'],
    ['Bearer x:y', 'Bearer x', 'y'],
    ['\ufeffa:b', '\ufeffa', 'b'],
    ['__proto__:x', '__proto__', 'x'],
    ['a:\u0000\r\n\u001b', 'a', '\u0000\r\n\u001b'],
  ])(
    'A11, A13, A14, A18: %j is split at the first colon, and both parts stay as received',
    (text, username, secret) => {
      expect(password(authenticating(text))).toEqual([username, secret]);
    },
  );

  it('A11, A13: any user name and password are read as they were written', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: names have none
    const outsideOfNames = /[:\u0000-\u001f\u007f-\u009f]/;
    const name = fc.string({ unit: anyCharacter }).filter((text) => !outsideOfNames.test(text));
    fc.assert(
      fc.property(name, fc.string({ unit: anyCharacter }), (username, secret) => {
        expect(password(authenticating(`${username}:${secret}`))).toEqual([username, secret]);
      }),
    );
  });

  it.each(['', ' ', 'admin', 'a\nb:c', 'a\u007f:c', 'a\u009b:c', 'Bearer', 'Bearer ', 'Bearer a b'])(
    'A9, A10, A13: %j is not read as credentials',
    (text) => {
      expect(authenticating(text)).toEqual({ type: 'credentials.malformed' });
    },
  );

  it.each(['Bearer abc.DEF-_~+/123==', 'bearer abc'])('%s is read as a token', (text) => {
    const decoded = authenticating(text);
    expect(decoded).toMatchObject({ credentials: { type: 'token', token: text.split(' ')[1] } });
  });

  it('credentials are never binary', () => {
    expect(authenticating(new Uint8Array())).toEqual({ type: 'credentials.unsupported' });
  });

  it('E23: credentials do not show their secret when they are printed', () => {
    for (const text of ['admin:s3cret', 'Bearer s3cret'])
      expect(JSON.stringify(authenticating(text))).not.toContain('s3cret');
  });

  it('credentials are not read once the user is signed in', () => {
    expect(textProtocol.decode('admin:123456', 'established')).toEqual({
      type: 'message.received',
      message: 'admin:123456',
    });
  });
});

describe('reading', () => {
  it('reading never throws, for any input', () => {
    const data = fc.oneof(fc.string({ unit: anyCharacter }), fc.uint8Array());
    fc.assert(
      fc.property(data, fc.constantFrom('authenticating' as const, 'established' as const), (one, phase) => {
        expect(textProtocol.decode(one, phase).type).toBeTypeOf('string');
      }),
    );
  });
});

describe('answers in text', () => {
  const identity = { user: 'admin', expiresInMs: Number.POSITIVE_INFINITY };

  it('the answers have the tutorial’s exact words', () => {
    expect(textProtocol.encode({ type: 'accepted', identity })).toBe(
      'congratulation, you have connect with server\r\nnow, you can do something else',
    );
    expect(textProtocol.encode({ type: 'refused', attemptsLeft: 1 })).toBe(
      'sorry, the username or password is wrong, please submit again',
    );
    expect(textProtocol.encode({ type: 'postponed', retryInMs: 1_500 })).toBe(
      textProtocol.encode({ type: 'refused', attemptsLeft: 1 }),
    );
    expect(textProtocol.encode({ type: 'accepted', identity, deviceToken: givenDeviceToken('d') })).toBe(
      textProtocol.encode({ type: 'accepted', identity }),
    );
  });

  it('a message is sent as it is', () => {
    const message = new Uint8Array([1]);
    expect(textProtocol.encode({ type: 'message', message })).toBe(message);
  });

  it('an answer without words in the protocol is not sent', () => {
    expect(textProtocol.encode({ type: 'refreshed', identity })).toBeUndefined();
    expect(textProtocol.encode({ type: 'error', error: 'refreshFailed' })).toBeUndefined();
    expect(textProtocol.encode({ type: 'error', error: 'refreshPostponed', retryInMs: 1 })).toBeUndefined();
  });
});
