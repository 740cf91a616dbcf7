/** Stories of odd and malformed credentials: the same on every transport, and none signs in. */
import { type Authenticator, accept, refuse } from '@sallyport/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { closeFrame, frame, TEXT } from '../../wire/frames.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { ACCEPTED, REFUSED, RIGHT } from '../tutorial.ts';

const COMBINING = '\u0315\u0300';
/** Four bytes for each pair. */
const bomb = (pairs: number) => `${COMBINING.repeat(pairs)}:a`;

export function oddCredentialStories(adapter: Adapter): void {
  describe('odd credentials', () => {
    it.each([
      ['A11: a password with colons', 'a:b:c', 'a', 'b:c'],
      ['A11: nothing but colons', ':::', '', '::'],
      ['A12: no name', ':p', '', 'p'],
      ['A12: no password', 'u:', 'u', ''],
      ['A13: a password of control characters', 'u:\0\r\n\u001b[2J\u202e', 'u', '\0\r\n\u001b[2J\u202e'],
      ['A14: a byte order mark', '\ufeffadmin:123456', '\ufeffadmin', '123456'],
      ['A15: é in one piece', '\u00e9:\u00e9', '\u00e9', '\u00e9'],
      ['A15: é in two', 'e\u0301:e\u0301', 'e\u0301', 'e\u0301'],
      ['A15: the sign for kelvin', '\u212a:\u212a', '\u212a', '\u212a'],
      ['A15: the other letters', 'ADMIN:123456', 'ADMIN', '123456'],
      ['A18: __proto__', '__proto__:x', '__proto__', 'x'],
      ['A18: constructor', 'constructor:x', 'constructor', 'x'],
    ])(
      '%s: the authenticator gets the credentials as they were sent',
      async (_, text, username, password) => {
        const asked: unknown[] = [];
        const authenticate: Authenticator = (given) => {
          if (given.type === 'password') asked.push([given.username, given.password]);
          return refuse();
        };
        const client = await (await serveSessions(adapter, { authenticate })).connect();
        expect(await client.ask(text)).toBe(REFUSED);
        expect(asked).toEqual([[username, password]]);
      },
    );

    it.each([
      ['A9: nothing', ''],
      ['A9: white space', ' \t '],
      ['A10: no colon', 'let me in'],
      ['A10: two words after Bearer', 'Bearer a b'],
      ['A13: a name with an escape', '\u001b[2Jadmin:123456'],
      ['A13: a name with NUL', 'admin\0:123456'],
      ['A13: a name with a line end', 'admin\r\n:123456'],
      ['A13: a name with a C1 control', 'ad\u009bmin:123456'],
    ])(
      '%s: the client is refused like a wrong password, and the authenticator is not called',
      async (_, text) => {
        const authenticate = vi.fn(() => accept('user'));
        const server = await serveSessions(adapter, { authenticate, limits: { attempts: 2 } });
        const client = await server.connect();
        expect(await client.ask(text)).toBe(REFUSED);
        expect(await client.ask(text)).toBe(REFUSED);
        expect(await client.ended).toEqual({ code: 4401, reason: 'too many wrong credentials' });
        expect(authenticate).not.toHaveBeenCalled();
        expect(server.sessions.counters.refused).toBe(2);
      },
    );

    it('A16: thousands of combining marks are never normalised', async () => {
      const normalize = vi.spyOn(String.prototype, 'normalize');
      onTestFinished(() => normalize.mockRestore());
      const client = await (await serveSessions(adapter)).connect();
      expect(await client.ask(bomb(1_023))).toBe(REFUSED);
      client.text(bomb(1_024));
      expect((await client.ended).code).toBe(1009);
      expect(normalize).not.toHaveBeenCalled();
    });

    it('A17: a password of a megabyte never reaches the authenticator', async () => {
      const authenticate = vi.fn(() => accept('user'));
      const server = await serveSessions(adapter, { authenticate });
      for (const size of [4_097, 66_000, 2 ** 20]) {
        const client = await server.connect();
        client.text(`admin:${'x'.repeat(size)}`);
        await client.ended;
        expect(await server.nextEnding()).toMatchObject({ reason: 'messageTooBig', code: 1009 });
      }
      expect(authenticate).not.toHaveBeenCalled();
    });

    it('A3: credentials that arrive byte by byte end in 4408', async () => {
      const server = await serveSessions(adapter, { limits: { authenticationMs: 300 } });
      const client = await server.connect();
      const whole = frame(TEXT, RIGHT.padEnd(100));
      let sent = 0;
      const drip = setInterval(() => {
        if (sent < 50) client.socket.write(whole.subarray(sent, sent + 1));
        sent += 1;
      }, 10);
      expect((await client.ended).code).toBe(4408);
      clearInterval(drip);
      expect(await server.nextEnding()).toMatchObject({ reason: 'authenticationTimedOut' });
    });

    it.each([
      ['a byte too few', [0xc3, 0x28]],
      ['a surrogate', [0xed, 0xa0, 0x80]],
      ['past the last character', [0xf4, 0x90, 0x80, 0x80]],
    ])('A8: invalid UTF-8 (%s), whole and fragmented, ends one session, once', async (_, bytes) => {
      const server = await serveSessions(adapter);
      const bystander = await server.enter();
      const code = adapter.library.saysWhy ? 1007 : 1006;
      for (const cut of [0, 1]) {
        const client = await server.connect();
        if (cut > 0) client.frame(TEXT, Buffer.from(bytes.slice(0, cut)), { isFinal: false });
        client.frame(cut > 0 ? 0 : TEXT, Buffer.from(bytes.slice(cut)));
        expect((await client.ended).code).toBe(code);
        expect(await server.nextEnding()).toMatchObject({ reason: 'protocolError', code: 1007 });
      }
      expect(server.sessions.counters.closed).toBe(2);
      expect(await bystander.ask('still here?')).toContain('still here?');
    });

    it('A22: each wrong attempt is refused, and the right one still succeeds', async () => {
      const client = await (await serveSessions(adapter)).connect();
      for (let attempt = 0; attempt < 4; attempt += 1) expect(await client.ask('admin:x')).toBe(REFUSED);
      expect(await client.ask(RIGHT)).toBe(ACCEPTED);
    });

    it('E21: a client may close before it has sent anything', async () => {
      const server = await serveSessions(adapter);
      const client = await server.connect();
      client.socket.write(closeFrame(4000));
      expect((await client.ended).code).toBe(4000);
      expect(await server.nextEnding()).toMatchObject({ reason: 'clientLeft', code: 4000 });
    });
  });
}
