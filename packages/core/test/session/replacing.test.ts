/** Stories of users who sign in twice, where the newest sign-in wins (PROTOCOL.md, section 3.7). */
import { type Authenticator, accept, refuse } from '@sallyport/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CONGRATULATION,
  flushMicrotasks,
  harness,
  manualApplication,
  manualAuthenticator,
} from '../harness.ts';

const acceptAll: Authenticator = (given) => accept(given.type === 'password' ? given.username : 'token');

describe('A30: the newest sign-in', () => {
  it('the older session stays unless newestSignInWins is set', () => {
    const { signIn, sessions } = harness();
    const [first, second] = [signIn(), signIn()];
    first.send('hello');
    expect(first.received()).toEqual([CONGRATULATION, 'your submit context: hello']);
    expect([second.received(), sessions.size]).toEqual([[CONGRATULATION], 2]);
  });

  it('the older session ends after the newer sign-in, and its client is told so first', () => {
    const order: string[] = [];
    const { signIn, endings } = harness({
      newestSignInWins: true,
      observe: {
        authenticated: ({ id, state }) => order.push(`${id} is in: ${state}`),
        transition: ({ id }, _, to) => order.push(`${id} → ${to}`),
      },
    });
    const first = signIn();
    order.splice(0);
    const second = signIn();
    expect(first.received()).toEqual([CONGRATULATION, 'close 4409']);
    expect(first.connection.recorded.at(-1)).toEqual({ close: 4409, reason: 'signed in elsewhere' });
    expect(second.received()).toEqual([CONGRATULATION]);
    expect(order).toEqual([
      '2 → authenticating.verifying',
      '2 → established.steady',
      '2 is in: established.steady',
      '1 → closing',
    ]);
    first.receiver.closed(1000, '');
    expect(endings).toMatchObject([{ reason: 'replaced', code: 4409 }]);
    second.send('hello');
    expect(second.received().at(-1)).toBe('your submit context: hello');
  });

  it('sessions of other users stay, and a refused sign-in replaces none', () => {
    const authenticate: Authenticator = (given, context) =>
      given.type === 'password' && given.password === 'wrong' ? refuse() : acceptAll(given, context);
    const { connect } = harness({ newestSignInWins: true, authenticate });
    const [ada, eve, guesser] = [connect(), connect(), connect()];
    ada.send('ada:a');
    eve.send('eve:e');
    guesser.send('ada:wrong');
    expect([ada, eve].map(({ session }) => session.state)).toEqual([
      'established.steady',
      'established.steady',
    ]);
  });

  it('A45: an identity that has already expired replaces no session', () => {
    const told: string[] = [];
    const { connect, sessions, endings } = harness({
      newestSignInWins: true,
      authenticate: (given) => accept('ada', { expiresInMs: given.type === 'token' ? 0 : 60_000 }),
      observe: { authenticated: ({ id }) => told.push(`${id} is in`) },
    });
    const [running, late] = [connect(), connect()];
    running.send('ada:a');
    late.send('Bearer old', 'hello');
    expect(late.received()).toEqual(['close 4419']);
    expect(late.session.identity).toBeUndefined();
    late.connection.closed(4419);
    expect(endings).toMatchObject([{ reason: 'expired', code: 4419 }]);
    running.send('hello');
    expect(running.received()).toEqual([CONGRATULATION, 'your submit context: hello']);
    expect([told, sessions.counters.authenticated]).toEqual([['1 is in'], 1]);
    // A later sign-in still replaces the running session.
    connect().send('ada:a');
    expect(running.received().at(-1)).toBe('close 4409');
  });

  it('the sign-in that is accepted last wins, in any order of the requests', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect } = harness({ newestSignInWins: true, authenticate });
    const [first, second] = [connect(), connect()];
    first.send('admin:1');
    second.send('admin:1');
    verdicts[1]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect([first, second].map(({ session }) => session.state)).toEqual([
      'authenticating.verifying',
      'established.steady',
    ]);
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(first.received()).toEqual([CONGRATULATION]);
    expect(second.received()).toEqual([CONGRATULATION, 'close 4409']);
  });

  it('a session whose messages are still with the application is replaced too', async () => {
    const { application, replies } = manualApplication();
    const { signIn } = harness({ newestSignInWins: true, application });
    const first = signIn();
    first.send('hangs');
    signIn();
    replies[0]?.resolve('too late');
    await flushMicrotasks();
    expect(first.received()).toEqual([CONGRATULATION, 'close 4409']);
  });

  it('a user who has left is forgotten, and a late end of the older session leaves the newer one', () => {
    const { signIn, sessions } = harness({ newestSignInWins: true });
    const first = signIn();
    first.receiver.closed(1000, '');
    const second = signIn();
    expect(second.received()).toEqual([CONGRATULATION]);
    const third = signIn();
    second.receiver.closed(4409, '');
    const fourth = signIn();
    expect([third.received().at(-1), fourth.received()]).toEqual(['close 4409', [CONGRATULATION]]);
    expect(sessions.countByState()).toEqual({ closing: 1, 'established.steady': 1 });
  });

  it('each user has at most one open session on every random walk', () => {
    const act = fc.record({
      does: fc.constantFrom('connect', 'sign in', 'send', 'leave', 'revoke'),
      who: fc.nat(5),
      user: fc.constantFrom('ada', 'eve'),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const { connect, sessions } = harness({ newestSignInWins: true, authenticate: acceptAll });
        const clients = [connect()];
        for (const { does, who, user } of acts) {
          const client = clients[who % clients.length] as (typeof clients)[number];
          if (does === 'connect') clients.push(connect());
          else if (does === 'sign in') client.send(`${user}:x`);
          else if (does === 'send') client.send('hello');
          else if (does === 'leave') client.receiver.closed(1000, '');
          else sessions.revoke(user);
          const open = [...sessions].filter(({ state }) => state.startsWith('established'));
          expect(new Set(open.map(({ identity }) => identity?.user)).size).toBe(open.length);
        }
      }),
    );
  });
});
