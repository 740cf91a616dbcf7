/** Stories of authenticators that fail, hang or answer too late, and of sign-ins that expire or are revoked. */
import { type Authenticator, accept, type Verdict } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { frame, TEXT } from '../../wire/frames.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { ACCEPTED, echoed, RIGHT } from '../tutorial.ts';

/** Fails for some user names, and accepts all others. */
const fails: Authenticator = (given) => {
  const name = given.type === 'password' ? given.username : '';
  if (name === 'throws') throw new Error('database of secrets is down');
  if (name === 'rejects') return Promise.reject(new Error('database of secrets is down'));
  if (name === 'junk') return Promise.reject({ secret: 'of the house' });
  return name === 'truthy' ? (true as unknown as Verdict) : accept(name);
};

export function lateVerdictStories(adapter: Adapter): void {
  describe('the verdict on credentials', () => {
    it('A23, A24, A28: a failing authenticator ends its session with 1011, without details', async () => {
      const server = await serveSessions(adapter, { authenticate: fails });
      const bystander = await server.connect();
      expect(await bystander.ask('ada:x')).toBe(ACCEPTED);
      for (const name of ['throws', 'rejects', 'junk', 'truthy']) {
        const client = await server.connect();
        client.text(`${name}:x`);
        expect(await client.ended).toEqual({ code: 1011, reason: 'sign-in failed on the server' });
        expect(await server.nextEnding()).toMatchObject({ reason: 'authenticatorFailed' });
      }
      expect(server.faults.map(({ source }) => source)).toEqual(Array(4).fill('authenticator'));
      expect(await bystander.ask('still here?')).toBe(echoed('still here?'));
      expect(await (await server.connect()).ask('ada:x')).toBe(ACCEPTED);
    });

    it('A25, A26: a verification that takes too long is aborted (1013), frees its place, and has no effect later', async () => {
      const late: ((verdict: Verdict) => void)[] = [];
      let isFree = true;
      const server = await serveSessions(adapter, {
        limits: { verificationMs: 100 },
        authenticate: (given, { signal }) => {
          expect(isFree).toBe(true);
          if (given.type === 'password' && given.username === 'quick') return accept('quick');
          isFree = false;
          signal.addEventListener('abort', () => {
            isFree = true;
          });
          return new Promise((resolve) => late.push(resolve));
        },
      });
      for (let round = 0; round < 3; round += 1) {
        const client = await server.connect();
        client.text('slow:x');
        expect(await client.ended).toEqual({ code: 1013, reason: 'sign-in took too long' });
        expect(await server.nextEnding()).toMatchObject({ reason: 'verificationTimedOut' });
        for (const resolve of late.splice(0)) resolve(accept('slow'));
      }
      expect(await (await server.connect()).ask('quick:x')).toBe(ACCEPTED);
      expect(server.sessions.counters.authenticated).toBe(1);
    });

    it('A20: no message that arrives at the same moment is lost, in a thousand tries', async () => {
      const server = await serveSessions(adapter, {
        authenticate: () => new Promise((resolve) => setImmediate(() => resolve(accept('admin')))),
      });
      for (let round = 0; round < 100; round += 1)
        await Promise.all(
          Array.from({ length: 10 }, async (_, number) => {
            const client = await server.connect();
            client.text(RIGHT);
            const send = () => client.text('hello');
            // Before it, about with it, and after it.
            if (number % 3 === 0) send();
            else if (number % 3 === 1) setImmediate(send);
            else setTimeout(send, number % 4);
            expect(await client.nextText()).toBe(ACCEPTED);
            expect(await client.nextText()).toBe(echoed('hello'));
            client.socket.resetAndDestroy();
          }),
        );
      expect(server.faults).toEqual([]);
    }, 60_000);

    it('A29: a client that closes during the verification leaves nothing behind, a thousand times', async () => {
      let underWay = 0;
      const server = await serveSessions(adapter, {
        authenticate: (_, { signal }) =>
          new Promise((resolve) => {
            underWay += 1;
            signal.addEventListener('abort', () => {
              underWay -= 1;
              resolve(accept('late'));
            });
          }),
      });
      for (let round = 0; round < 100; round += 1) {
        const clients = await Promise.all(Array.from({ length: 10 }, () => server.connect()));
        for (const client of clients)
          client.socket.write(frame(TEXT, RIGHT), () => client.socket.resetAndDestroy());
        for (const _ of clients) expect((await server.nextEnding()).reason).toBe('connectionLost');
      }
      expect(underWay).toBe(0);
      expect(server.sessions.size).toBe(0);
      expect(server.sessions.counters).toMatchObject({ opened: 1_000, closed: 1_000, authenticated: 0 });
      expect(server.faults).toEqual([]);
    }, 60_000);

    it('A45: an acceptance holds until the sign-in expires (4419) or the user is revoked (4403)', async () => {
      const server = await serveSessions(adapter, {
        authenticate: (given) =>
          given.type === 'token' ? accept('ada', { expiresInMs: 100 }) : accept('admin'),
      });
      const [brief, revoked, other] = [await server.connect(), await server.enter(), await server.connect()];
      expect(await brief.ask('Bearer abc')).toBe(ACCEPTED);
      expect((await brief.ended).code).toBe(4419);
      expect(await server.nextEnding()).toMatchObject({ reason: 'expired', code: 4419 });
      server.sessions.revoke('admin');
      expect((await revoked.ended).code).toBe(4403);
      expect(await server.nextEnding()).toMatchObject({ reason: 'revoked', code: 4403 });
      expect(await other.ask('Bearer abc')).toBe(ACCEPTED);
    });

    it('A45: a client with an identity that has already expired gets 4419, is not let in, and replaces no session', async () => {
      const server = await serveSessions(adapter, {
        newestSignInWins: true,
        authenticate: (given) => accept('ada', { expiresInMs: given.type === 'token' ? 0 : 60_000 }),
      });
      const [running, late] = [await server.enter(), await server.connect()];
      late.text('Bearer old');
      expect(await late.ended).toEqual({ code: 4419, reason: 'sign-in expired' });
      expect(await server.nextEnding()).toMatchObject({ reason: 'expired', code: 4419 });
      expect(await running.ask('hello')).toBe('your submit context: hello');
      expect(server.sessions.counters).toMatchObject({ authenticated: 1, refused: 0 });
    });

    it('A45: an acceptance is void if the user is revoked during the attempt', async () => {
      let resolve: (verdict: Verdict) => void = () => {};
      let asked = () => {};
      const isAsked = new Promise<void>((done) => {
        asked = done;
      });
      const server = await serveSessions(adapter, {
        authenticate: () => {
          asked();
          return new Promise((settle) => {
            resolve = settle;
          });
        },
      });
      const client = await server.connect();
      client.text(RIGHT);
      await isAsked;
      server.sessions.revoke('admin');
      resolve(accept('admin'));
      expect((await client.ended).code).toBe(4403);
      expect(server.sessions.counters.authenticated).toBe(0);
    });

    it('A44: verdicts and deadlines do not depend on the wall clock', async () => {
      const { now } = Date;
      try {
        for (const day of [86_400_000, -86_400_000]) {
          const inside = await (await serveSessions(adapter)).enter();
          // A server of its own: a sign-in may take longer than this limit.
          const brief = await serveSessions(adapter, { limits: { authenticationMs: 200 } });
          const mute = await brief.connect();
          Date.now = () => now() + day;
          expect(await inside.ask('still here?')).toBe(echoed('still here?'));
          expect((await mute.ended).code).toBe(4408);
          const { openMs } = await brief.nextEnding();
          // A timer may be early by a part of a millisecond.
          expect(openMs).toBeGreaterThanOrEqual(199);
          expect(openMs).toBeLessThan(60_000);
          expect(await inside.ask('and now?')).toBe(echoed('and now?'));
          Date.now = now;
        }
      } finally {
        Date.now = now;
      }
    });
  });
}
