/** The JSON protocol, the server's half (PROTOCOL.md, section 6). */
import { type Decoded, givenDeviceToken, jsonProtocol, type Phase } from '@sallyport/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from './any-character.ts';

const phases: readonly Phase[] = ['authenticating', 'established'];
const decode = (message: unknown, phase: Phase) =>
  jsonProtocol.decode(typeof message === 'string' ? message : JSON.stringify(message), phase);
const MALFORMED = { type: 'message.malformed' };

/** The credentials with their secret, which is not enumerable. */
function credentials(decoded: Decoded): unknown {
  if (!('credentials' in decoded)) return decoded;
  const { credentials: given } = decoded;
  if (given.type === 'cookie') return [decoded.type, given.name, given.value];
  return given.type === 'token'
    ? [decoded.type, given.token]
    : [decoded.type, given.username, given.password];
}

describe('credentials in JSON', () => {
  it.each([
    [{ type: 'authenticate', username: 'admin', password: '123456' }, ['admin', '123456']],
    [{ type: 'authenticate', username: 'a:b', password: ':' }, ['a:b', ':']],
    [{ type: 'authenticate', username: '', password: '\u0000' }, ['', '\u0000']],
    [{ type: 'authenticate', token: 'abc.def==' }, ['abc.def==']],
    [{ type: 'authenticate', token: 'abc', sentAt: 1 }, ['abc']],
  ])('the credentials %j are read as sent', (message, expected) => {
    expect(credentials(decode(message, 'authenticating'))).toEqual(['credentials.received', ...expected]);
  });

  it.each([
    { type: 'authenticate', username: 'a\nb', password: 'c' },
    { type: 'authenticate', username: 'a\u009b', password: 'c' },
    { type: 'authenticate', token: '' },
    { type: 'authenticate', token: 'a b' },
  ])('the malformed credentials %j are refused like wrong ones', (message) => {
    expect(decode(message, 'authenticating')).toEqual({ type: 'credentials.malformed' });
    // The same credentials in a refresh are malformed.
    expect(decode({ ...message, type: 'refresh' }, 'established')).toEqual(MALFORMED);
  });

  it('a refresh is read once the user is signed in', () => {
    expect(credentials(decode({ type: 'refresh', token: 'abc' }, 'established'))).toEqual([
      'refresh.requested',
      'abc',
    ]);
    const password = { type: 'refresh', username: 'admin', password: 'p' };
    expect(credentials(decode(password, 'established'))).toEqual(['refresh.requested', 'admin', 'p']);
  });

  it('a password may come with a device token, and malformed device tokens are ignored', () => {
    const deviceTokenOf = (deviceToken: unknown) => {
      const message = { type: 'authenticate', username: 'a', password: 'p', deviceToken };
      const decoded = decode(message, 'authenticating');
      const again = decode({ ...message, type: 'refresh' }, 'established');
      if (!('credentials' in decoded) || !('credentials' in again)) return [decoded, again];
      const [one, two] = [decoded.credentials, again.credentials];
      if (one.type !== 'password' || two.type !== 'password') throw new Error('no password');
      return [one.deviceToken, two.deviceToken];
    };
    expect(deviceTokenOf('abc.DEF')).toEqual(['abc.DEF', 'abc.DEF']);
    expect(deviceTokenOf('a'.repeat(512))).toEqual(['a'.repeat(512), 'a'.repeat(512)]);
    for (const ignored of [undefined, '', 'a b', 'ü', 'a'.repeat(513)])
      expect(deviceTokenOf(ignored)).toEqual([undefined, undefined]);
    for (const malformed of [null, 1, {}, ['a'], '\ud800'])
      expect(deviceTokenOf(malformed)).toEqual([MALFORMED, MALFORMED]);
  });

  it('E23: credentials do not show their secret when they are printed', () => {
    for (const secret of [
      { username: 'admin', password: 's3cret' },
      { username: 'admin', password: 'p', deviceToken: 's3cret' },
      { token: 's3cret' },
    ])
      expect(JSON.stringify(decode({ type: 'authenticate', ...secret }, 'authenticating'))).not.toContain(
        's3c',
      );
  });

  it('credentials are never binary', () => {
    expect(jsonProtocol.decode(new Uint8Array(), 'authenticating')).toEqual({
      type: 'credentials.unsupported',
    });
  });
});

describe('messages in JSON', () => {
  it('a message carries any text, and bytes come as bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(decode({ type: 'message', text }, 'established')).toEqual({
          type: 'message.received',
          message: text,
        });
      }),
    );
    const message = new Uint8Array([1, 2]);
    expect(jsonProtocol.decode(message, 'established')).toEqual({ type: 'message.received', message });
  });
});

describe('violations of the grammar', () => {
  it.each<unknown>([
    '',
    'admin:123456',
    '{',
    'null',
    '1',
    '"authenticate"',
    '[]',
    '[{"type":"authenticate","token":"a"}]',
    '{}',
    '{"type":1}',
    '{"type":"Authenticate","token":"a"}',
    '{"type":"constructor"}',
    '{"type":["authenticate"],"token":"a"}',
    '{"__proto__":{"type":"authenticate","token":"a"}}',
    '{"type":"authenticate","__proto__":{"token":"a"}}',
    '{"type":"refresh","__proto__":{"username":"a","password":"b"}}',
    '{"type":"message","__proto__":{"text":"a"}}',
    '{"type":"message","text":"\\ud800"}',
    '{"type":"authenticate","username":"\\udfff","password":"p"}',
    '{"type":"authenticate","username":"u","password":"\\udfff"}',
    { type: 'authenticate' },
    { type: 'authenticate', username: 'a' },
    { type: 'authenticate', password: 'a' },
    { type: 'authenticate', username: 1, password: 'a' },
    { type: 'authenticate', username: 'a', password: null },
    { type: 'authenticate', token: 1 },
    { type: 'authenticate', token: 'a', username: 'a', password: 'a' },
    { type: 'authenticate', token: 'a', password: 1 },
    { type: 'authenticate', token: 'a', deviceToken: 'b' },
    { type: 'authenticate', deviceToken: 'b' },
    { type: 'authenticate', token: null, username: 'a', password: 'a' },
    { type: 'refresh' },
    { type: 'message' },
    { type: 'message', text: 1 },
    { type: 'message', text: ['a'] },
    { type: 'message', bytes: 'AA==' },
    { type: 'authenticated', user: 'admin' },
  ])('%j is malformed in every phase', (message) => {
    for (const phase of phases) expect(decode(message, phase)).toEqual(MALFORMED);
  });

  it('a message in the wrong phase is a violation', () => {
    expect(decode({ type: 'message', text: 'a' }, 'authenticating')).toEqual(MALFORMED);
    expect(decode({ type: 'refresh', token: 'a' }, 'authenticating')).toEqual(MALFORMED);
    expect(decode({ type: 'authenticate', token: 'a' }, 'established')).toEqual(MALFORMED);
  });

  it('the last of two fields with one name counts, as in JSON', () => {
    expect(decode('{"type":"x","type":"message","text":1,"text":"a"}', 'established')).toEqual({
      type: 'message.received',
      message: 'a',
    });
  });

  it('reading never throws, for any input', () => {
    const key = fc.constantFrom(
      'type',
      'username',
      'password',
      'token',
      'text',
      'data',
      'id',
      'method',
      'params',
      '__proto__',
      'toString',
    );
    const value = fc.oneof(
      fc.constantFrom('authenticate', 'message', 'refresh', 'request', 'cancel'),
      fc.constantFrom(1, 2, 1.5),
      fc.string({ unit: anyCharacter }),
      fc.jsonValue(),
    );
    const nearly = fc
      .array(fc.tuple(key, value))
      .map(
        (fields) =>
          `{${fields.map(([name, what]) => `${JSON.stringify(name)}:${JSON.stringify(what)}`).join()}}`,
      );
    const data = fc.oneof(fc.string({ unit: anyCharacter }), fc.json(), nearly, fc.uint8Array());
    fc.assert(
      fc.property(data, fc.constantFrom(...phases), (one, phase) => {
        const decoded = jsonProtocol.decode(one, phase);
        const inPlace =
          phase === 'established'
            ? [
                'message.received',
                'refresh.requested',
                'request.received',
                'request.malformed',
                'request.cancelled',
              ]
            : ['credentials.received', 'credentials.malformed', 'credentials.unsupported'];
        expect([...inPlace, 'message.malformed']).toContain(decoded.type);
      }),
      { numRuns: 2_000 },
    );
  });

  it('endless nesting is a violation, and no exception', () => {
    const deep = '['.repeat(60_000) + ']'.repeat(60_000);
    for (const phase of phases) expect(decode(`{"type":${deep}}`, phase)).toEqual(MALFORMED);
  });
});

describe('answers in JSON', () => {
  const deviceToken = givenDeviceToken('d');
  it.each([
    [
      {
        type: 'accepted',
        identity: { user: 'admin', expiresInMs: 60_000.5, claims: { admin: true } },
      } as const,
      { type: 'authenticated', user: 'admin', expiresInMs: 60_000 },
    ],
    [
      { type: 'accepted', identity: { user: 'admin', expiresInMs: Number.POSITIVE_INFINITY } } as const,
      { type: 'authenticated', user: 'admin' },
    ],
    [
      {
        type: 'accepted',
        identity: { user: 'admin', expiresInMs: 1 },
        heartbeatMs: 25_000,
      } as const,
      { type: 'authenticated', user: 'admin', expiresInMs: 1, heartbeatMs: 25_000 },
    ],
    [
      { type: 'refreshed', identity: { user: 'admin', expiresInMs: 1 } } as const,
      { type: 'refreshed', user: 'admin', expiresInMs: 1 },
    ],
    [
      { type: 'accepted', identity: { user: 'admin', expiresInMs: 1 }, deviceToken } as const,
      { type: 'authenticated', user: 'admin', expiresInMs: 1, deviceToken: 'd' },
    ],
    [
      { type: 'refreshed', identity: { user: 'admin', expiresInMs: 1 }, deviceToken } as const,
      { type: 'refreshed', user: 'admin', expiresInMs: 1, deviceToken: 'd' },
    ],
    [{ type: 'refused', attemptsLeft: 0 } as const, { type: 'refused', attemptsLeft: 0 }],
    [{ type: 'postponed', retryInMs: 1_499.5 } as const, { type: 'postponed', retryInMs: 1_500 }],
    [
      { type: 'error', error: 'refreshPostponed', retryInMs: 0.5 } as const,
      { type: 'error', error: 'refreshPostponed', retryInMs: 1 },
    ],
    [{ type: 'error', error: 'refreshPending' } as const, { type: 'error', error: 'refreshPending' }],
    [{ type: 'message', message: 'a\u2028"' } as const, { type: 'message', text: 'a\u2028"' }],
  ])('the answer is written and read: %j', (answer, message) => {
    expect(JSON.parse(String(jsonProtocol.encode(answer)))).toEqual(message);
  });

  it('the answer to a binary message is binary', () => {
    const message = new Uint8Array([1]);
    expect(jsonProtocol.encode({ type: 'message', message })).toBe(message);
  });
});

describe('a text message in its usual spelling, which is read without JSON.parse', () => {
  const unit = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      '"',
      '\\',
      '\\n',
      '\\u0041',
      '\\ud800',
      '\ud800',
      '\udc00',
      '😀',
      '\0',
      '\n',
      '\x7f',
      '\u2028',
      'a',
    ),
    fc.constantFrom('","text":"b', '","data":1,"x":"', '","type":"cancel', '"}', '__proto__'),
  );
  const spelled = (inside: string) => `{"type":"message","text":"${inside}"}`;

  it('any content is read as in any other spelling of the same JSON', () => {
    const read = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.array(unit, { maxLength: 8 }).map((units) => units.join('')),
        (inside) => {
          for (const text of [spelled(inside), spelled(JSON.stringify(inside).slice(1, -1))]) {
            const decoded = decode(text, 'established');
            // With a space in front it is the same JSON, in another spelling.
            expect(decoded).toEqual(decode(` ${text}`, 'established'));
            read.set(decoded.type, (read.get(decoded.type) ?? 0) + 1);
          }
        },
      ),
      { numRuns: 3_000, seed: 1 },
    );
    expect(read.get('message.received')).toBeGreaterThan(500);
    expect(read.get('message.malformed')).toBeGreaterThan(500);
  });

  it.each([0, 1, 995, 996, 997, 998, 999, 1_000, 70_000])(
    'a text of %i characters is read as it is',
    (length) => {
      const message = 'x'.repeat(length);
      expect(decode(spelled(message), 'established')).toEqual({ type: 'message.received', message });
      expect(decode(spelled(`${message}\ud800`), 'established')).toEqual(MALFORMED);
    },
  );

  it('before the acceptance it does not count as credentials', () => {
    expect(decode(spelled('admin:123456'), 'authenticating')).toEqual(MALFORMED);
  });

  it('a well-formed text is written as JSON.stringify writes it', () => {
    fc.assert(
      fc.property(
        fc
          .array(unit)
          .map((units) => units.join(''))
          .filter((text) => !/\p{Surrogate}/u.test(text)),
        (text) => {
          const written = jsonProtocol.encode({ type: 'message', message: text });
          expect(written).toBe(JSON.stringify({ type: 'message', text }));
        },
      ),
    );
  });
});
