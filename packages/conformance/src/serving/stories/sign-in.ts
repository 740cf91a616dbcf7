/** Stories of clients that sign in, or fail to. */
import { accept, refuse } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { BINARY, frame, TEXT } from '../../wire/frames.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { ACCEPTED, echoed, REFUSED, RIGHT, WRONG } from '../tutorial.ts';

export function signInStories(adapter: Adapter): void {
  describe('sign-in', () => {
    it('a client signs in with the right password, also after a wrong one', async () => {
      const client = await (await serveSessions(adapter)).connect();
      expect(await client.ask(WRONG)).toBe(REFUSED);
      expect(await client.ask('')).toBe(REFUSED);
      expect(await client.ask(RIGHT)).toBe(ACCEPTED);
    });

    it('a client gets echoes of text, bytes and empty messages', async () => {
      const client = await (await serveSessions(adapter)).enter();
      expect(await client.ask('hello')).toBe(echoed('hello'));
      expect(await client.ask('')).toBe(echoed(''));
      expect(await client.ask('\ufeffé€😀')).toBe(echoed('\ufeffé€😀'));
      client.binary(Buffer.from([0, 255, 1]));
      expect(await client.next()).toEqual({ opcode: BINARY, payload: Buffer.from([0, 255, 1]) });
      client.binary(Buffer.alloc(0));
      expect(await client.next()).toEqual({ opcode: BINARY, payload: Buffer.alloc(0) });
    });

    it('A19: credentials and messages in one write are handled in order', async () => {
      const authenticate = async () => accept('admin');
      const client = await (await serveSessions(adapter, { authenticate })).connect();
      client.socket.write(Buffer.concat(['x:y', 'one', 'two', 'three'].map((text) => frame(TEXT, text))));
      expect(await client.nextText()).toBe(ACCEPTED);
      for (const text of ['one', 'two', 'three']) expect(await client.nextText()).toBe(echoed(text));
    });

    it('A19, A21: a client may send the next attempt before the refusal of the first', async () => {
      const authenticate = async ({ type, username }: { type: string; username?: string }) =>
        type === 'password' && username === 'right' ? accept('right') : refuse();
      const client = await (await serveSessions(adapter, { authenticate })).connect();
      client.socket.write(Buffer.concat(['wrong:1', 'right:2', 'hello'].map((text) => frame(TEXT, text))));
      for (const text of [REFUSED, ACCEPTED, echoed('hello')]) expect(await client.nextText()).toBe(text);
    });

    it('A22: a client that uses up its attempts gets the refusal, then 4401', async () => {
      const server = await serveSessions(adapter, { limits: { attempts: 2 } });
      const client = await server.connect();
      expect(await client.ask(WRONG)).toBe(REFUSED);
      expect(await client.ask(WRONG)).toBe(REFUSED);
      expect(await client.ended).toEqual({ code: 4401, reason: 'too many wrong credentials' });
      expect(await server.nextEnding()).toMatchObject({ reason: 'attemptsUsedUp', code: 4401 });
    });

    it('A7: a client that sends binary credentials gets 1003', async () => {
      const client = await (await serveSessions(adapter)).connect();
      client.binary(Buffer.from(RIGHT));
      expect(await client.ended).toEqual({ code: 1003, reason: 'credentials must be text' });
    });

    it('A1, A4: a client that does not sign in in time gets 4408, even if it sends pings', async () => {
      const server = await serveSessions(adapter, { limits: { authenticationMs: 100 } });
      const client = await server.connect();
      const pings = setInterval(() => client.frame(9, 'p'), 10);
      expect((await client.ended).code).toBe(4408);
      clearInterval(pings);
    });

    it('A26, A29: a client that closes during verification leaves nothing behind', async () => {
      let settle = () => {};
      let asked = () => {};
      const isAsked = new Promise<void>((resolve) => {
        asked = resolve;
      });
      const server = await serveSessions(adapter, {
        authenticate: (_, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', asked);
            settle = () => resolve(accept('late'));
            asked();
          }),
      });
      for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
        const client = await server.connect();
        client.text(RIGHT);
        await isAsked;
        client.socket[leave]();
        expect(await server.nextEnding()).toMatchObject({ reason: 'connectionLost', code: 1006 });
        settle();
      }
      expect(server.sessions.size).toBe(0);
      expect(server.sessions.counters.authenticated).toBe(0);
      expect(server.faults).toEqual([]);
    });

    it('A30: with newestSignInWins, a client gets 4409 when its user signs in elsewhere', async () => {
      const server = await serveSessions(adapter, { newestSignInWins: true });
      const [older, newer] = [await server.enter(), await server.enter()];
      expect(await older.ended).toEqual({ code: 4409, reason: 'signed in elsewhere' });
      expect(await server.nextEnding()).toMatchObject({ reason: 'replaced', code: 4409 });
      expect(await newer.ask('hello')).toBe(echoed('hello'));
      const newest = await server.enter();
      expect((await newer.ended).code).toBe(4409);
      expect(await newest.ask('hello')).toBe(echoed('hello'));
    });

    it('A30: by default a user may sign in any number of times', async () => {
      const server = await serveSessions(adapter);
      const clients = [await server.enter(), await server.enter(), await server.enter()];
      for (const client of clients) expect(await client.ask('hello')).toBe(echoed('hello'));
    });
  });
}
