/** Stories of the sessions of one user: `of`, and `revoke`, which both use an index. */
import { accept } from '@sallyport/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserIndex } from '../../src/user-index.ts';
import { flushMicrotasks, harness, manualAuthenticator } from '../harness.ts';

const byName = () =>
  harness({
    authenticate: (credentials) => accept(credentials.type === 'password' ? credentials.username : 'token'),
  });
const ids = (sessions: Iterable<{ readonly id: number }>) => [...sessions].map(({ id }) => id);

describe('the sessions of a user', () => {
  it.each(['before', 'after'])(
    'are found in the order of their sign-ins, if the index is made %s them',
    (when) => {
      const { sessions, connect } = byName();
      if (when === 'before') expect(ids(sessions.of('ada'))).toEqual([]);
      const clients = ['ada:1', 'eve:1', 'ada:1', 'ada:1'].map((credentials) => {
        const client = connect();
        client.send(credentials);
        return client;
      });
      connect();
      expect(ids(sessions.of('ada'))).toEqual([1, 3, 4]);
      expect(ids(sessions.of('eve'))).toEqual([2]);
      expect(ids(sessions.of('nobody'))).toEqual([]);
      clients[2]?.connection.closed(1000);
      expect(ids(sessions.of('ada'))).toEqual([1, 4]);
      clients[0]?.connection.closed(1000);
      clients[3]?.connection.closed(1000);
      expect(ids(sessions.of('ada'))).toEqual([]);
      expect(sessions.size).toBe(2);
    },
  );

  it('may be closed one by one while they are read', () => {
    const { sessions, connect } = byName();
    for (let number = 0; number < 3; number += 1) {
      const client = connect();
      client.connection.answersClose = true;
      client.send('ada:1');
    }
    for (const session of sessions.of('ada')) session.close();
    expect(sessions.size).toBe(0);
    const [first, second] = [connect(), connect()];
    first.send('ada:1');
    second.send('ada:1');
    const seen: number[] = [];
    for (const { id } of sessions.of('ada')) {
      seen.push(id);
      second.connection.closed(1000);
    }
    expect(seen).toEqual([first.session.id]);
  });

  it.each([true, false])(
    'include the new session when an observer hears of its sign-in (index made before: %s)',
    (isMade) => {
      const seen: number[][] = [];
      const all = harness({
        authenticate: () => accept('ada'),
        observe: { authenticated: () => void seen.push(ids(all.sessions.of('ada'))) },
      });
      if (isMade) all.sessions.revoke('ada');
      for (let number = 0; number < 2; number += 1) all.connect().send('ada:1');
      expect(seen).toEqual([[1], [1, 2]]);
    },
  );

  it('are not those of a user with the name of a prototype property', () => {
    const { sessions, connect } = byName();
    connect().send('__proto__:1');
    expect(ids(sessions.of('constructor'))).toEqual([]);
    expect(ids(sessions.of('__proto__'))).toEqual([1]);
  });

  it.each([true, false])(
    'end at a revocation, and so do pending sign-ins; others stay (index made before: %s)',
    async (isMade) => {
      const { authenticate, verdicts } = manualAuthenticator();
      const { sessions, connect } = harness({ authenticate });
      if (isMade) sessions.revoke('nobody');
      const [signedIn, pending, other] = [connect(), connect(), connect()];
      for (const client of [signedIn, pending, other]) client.send('any:1');
      verdicts[0]?.resolve(accept('ada'));
      verdicts[2]?.resolve(accept('eve'));
      await flushMicrotasks();
      sessions.revoke('ada');
      verdicts[1]?.resolve(accept('ada'));
      await flushMicrotasks();
      expect([signedIn, pending, other].map(({ session }) => session.state)).toEqual([
        'closing',
        'closing',
        'established.steady',
      ]);
    },
  );

  it('are the same as a scan finds, whatever opens, signs in and ends', () => {
    const step = fc.record({ session: fc.nat({ max: 9 }), user: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const index = new UserIndex<{ user?: string }>();
        const there = new Map<number, { user?: string }>();
        for (const { session: number, user } of steps) {
          const session = there.get(number);
          if (!session) {
            const opened = {};
            there.set(number, opened);
            index.opened(opened);
          } else if (session.user === undefined) {
            session.user = user;
            index.signedIn(session, user);
          } else {
            there.delete(number);
            index.ended(session, session.user);
          }
          for (const one of ['a', 'b', 'c'])
            expect(new Set(index.of(one))).toEqual(
              new Set([...there.values()].filter((session) => session.user === one)),
            );
          expect(index.unauthenticated).toHaveLength(
            [...there.values()].filter((session) => session.user === undefined).length,
          );
        }
      }),
    );
  });
});
