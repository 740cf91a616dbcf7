/** Stories of signing in (PROTOCOL.md, section 3). */
import { accept, overload, refuse, UsageError, type Verdict } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import {
  CONGRATULATION,
  type Deferred,
  flushMicrotasks,
  harness,
  manualAuthenticator,
  SORRY,
} from '../harness.ts';

describe('signing in', () => {
  it('is refused until the credentials are right, and then talks', () => {
    const { connect } = harness();
    const client = connect();
    client.say('admin:1', 'admin:123456', 'hello', '');
    expect(client.heard()).toEqual([
      SORRY,
      CONGRATULATION,
      'your submit context: hello',
      'your submit context: ',
    ]);
    expect(client.session.identity?.user).toBe('admin');
  });

  it('A9, A10, A13: refuses text that can be no credentials like any other', () => {
    const { connect, sessions } = harness();
    const client = connect();
    client.say('', 'no colon', 'ad\u0007min:123456');
    expect(client.heard()).toEqual([SORRY, SORRY, SORRY]);
    expect(sessions.counters.refused).toBe(3);
  });

  it('A22: ends after the last attempt, having said so', () => {
    const { connect, endings } = harness({ limits: { attempts: 3 } });
    const client = connect();
    client.say('a:1', 'nothing', 'a:3', 'admin:123456');
    expect(client.heard()).toEqual([SORRY, SORRY, SORRY, 'close 4401']);
    client.connection.closed(4401);
    expect(endings).toEqual([{ reason: 'attemptsUsedUp', code: 4401, openMs: 0 }]);
  });

  it('counts a malformed last attempt too', () => {
    const { connect } = harness({ limits: { attempts: 1 } });
    const client = connect();
    client.say('nothing');
    expect(client.heard()).toEqual([SORRY, 'close 4401']);
  });

  it('A7: does not take binary credentials, and does not ask the authenticator', () => {
    const { connect, trace } = harness();
    const client = connect();
    client.say(new TextEncoder().encode('admin:123456'));
    expect(client.heard()).toEqual(['close 1003']);
    expect(trace.filter((one) => one.startsWith('verify'))).toEqual([]);
  });

  it('A5, A17: takes 4096 bytes before the acceptance and not one more, counted in bytes', () => {
    const { connect } = harness();
    const exact = connect();
    exact.say(`a:${'é'.repeat(2047)}`);
    expect(exact.heard()).toEqual([SORRY]);
    const over = connect();
    over.say(`ab:${'é'.repeat(2047)}`);
    expect(over.heard()).toEqual(['close 1009']);
  });

  it('A1, A4: has until the deadline, which nothing extends', () => {
    const { connect, clock } = harness({ limits: { authenticationMs: 10_000 } });
    const client = connect();
    clock.advance(9_000);
    client.receiver.ponged();
    client.say('a:b');
    clock.advance(999);
    expect(client.heard()).toEqual([SORRY]);
    clock.advance(1);
    expect(client.heard()).toEqual([SORRY, 'close 4408']);
  });

  it('A1: has the patience of its protocol where no limit says otherwise', () => {
    const { connect, clock } = harness();
    const client = connect();
    clock.advance(59_999);
    expect(client.heard()).not.toContain('close 4408');
    clock.advance(1);
    expect(client.heard()).toContain('close 4408');
  });
});

describe('whoever observes', () => {
  it('may greet who has signed in, and not before they are told so', () => {
    const { connect } = harness({
      observe: {
        transition: (session) => session.send('too early'),
        authenticated: (session) => session.send(`welcome, ${session.identity?.user}`),
      },
    });
    const client = connect();
    client.say('admin:123456', 'hello');
    expect(client.heard()).toEqual([CONGRATULATION, 'welcome, admin', 'your submit context: hello']);
  });
});

describe('while credentials are verified', () => {
  it('A19: lets what was pipelined behind them wait, and then takes it in order', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect } = harness({ authenticate });
    const client = connect();
    client.say('admin:123456', 'one', 'two', new Uint8Array([3]));
    expect(client.heard()).toEqual([]);
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(client.heard()).toEqual([
      CONGRATULATION,
      'your submit context: one',
      'your submit context: two',
      new Uint8Array([3]),
    ]);
  });

  it('A20: puts behind it what arrives while the acceptance is being sent', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect } = harness({ authenticate });
    const client = connect();
    client.say('admin:123456', 'one');
    client.connection.sendResult = () => {
      client.connection.sendResult = 'sent';
      client.say('two');
      return 'sent';
    };
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(client.heard().slice(1)).toEqual(['your submit context: one', 'your submit context: two']);
  });

  it('A19, A21: takes what waits behind a refusal as the next attempt, one at a time', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect } = harness({ authenticate });
    const client = connect();
    client.say('admin:1', 'admin:123456', 'hello');
    expect(verdicts).toHaveLength(1);
    verdicts[0]?.resolve(refuse());
    await flushMicrotasks();
    expect(verdicts).toHaveLength(2);
    verdicts[1]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(client.heard()).toEqual([SORRY, CONGRATULATION, 'your submit context: hello']);
  });

  it('A19: lets 16 messages wait and ends at the next', () => {
    const { connect } = harness({ authenticate: manualAuthenticator().authenticate });
    const client = connect();
    client.say('admin:123456', ...Array<string>(16).fill('x'));
    expect(client.heard()).toEqual([]);
    client.say('x');
    expect(client.heard()).toEqual(['close 1008']);
  });

  it('A19: lets 64 KiB wait and ends at the next byte', () => {
    const { connect } = harness({ authenticate: manualAuthenticator().authenticate });
    const client = connect();
    client.say('admin:123456', 'x'.repeat(65_536));
    expect(client.heard()).toEqual([]);
    client.say('x');
    expect(client.heard()).toEqual(['close 1008']);
  });

  it('A19: counts only the bytes that still wait', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect } = harness({ authenticate, limits: { inboxBytes: 4_000 } });
    const client = connect();
    client.say('a:1', `b:${'x'.repeat(2_000)}`, 'c:1');
    verdicts[0]?.resolve(refuse());
    await flushMicrotasks();
    client.say(`d:${'x'.repeat(2_000)}`);
    expect(client.heard()).toEqual([SORRY]);
    client.say('x'.repeat(2_000));
    expect(client.heard()).toEqual([SORRY, 'close 1008']);
  });

  it('judges the size of what waited in the phase in which it is read', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect } = harness({ authenticate });
    const [accepted, refused] = [connect(), connect()];
    for (const client of [accepted, refused]) client.say('a:b', 'x'.repeat(5_000));
    verdicts[0]?.resolve(accept('a'));
    verdicts[1]?.resolve(refuse());
    await flushMicrotasks();
    expect(accepted.heard()).toEqual([CONGRATULATION, `your submit context: ${'x'.repeat(5_000)}`]);
    expect(refused.heard()).toEqual([SORRY, 'close 1009']);
  });

  it('A25, A26: gives the authenticator 5 s, aborts its signal, and is deaf to what it says later', async () => {
    const { verdicts, authenticate } = manualAuthenticator();
    let signal: { readonly aborted: boolean } | undefined;
    const { connect, clock } = harness({
      authenticate: (credentials, context) => {
        signal = context.signal;
        return authenticate(credentials, context);
      },
    });
    const client = connect();
    client.say('admin:123456');
    clock.advance(4_999);
    expect(client.heard()).toEqual([]);
    expect(signal?.aborted).toBe(false);
    clock.advance(1);
    expect(client.heard()).toEqual(['close 1013']);
    expect(signal?.aborted).toBe(true);
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(client.heard()).toEqual(['close 1013']);
    expect(client.session.identity).toBeUndefined();
  });

  it('A29: frees everything when the client leaves, and sends it nothing', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect, sessions, clock, endings } = harness({ authenticate });
    const client = connect();
    client.say('admin:123456', 'hello');
    client.connection.closed(1006);
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(client.heard()).toEqual([]);
    expect([sessions.size, clock.pending]).toEqual([0, 0]);
    expect(endings).toEqual([{ reason: 'connectionLost', code: 1006, openMs: 0 }]);
  });

  it('has a signal that is aborted already for who reads it too late', async () => {
    const contexts: { readonly signal: { readonly aborted: boolean } }[] = [];
    const { connect, clock } = harness({
      authenticate: (_, context) => {
        contexts.push(context);
        return new Promise<Verdict>(() => undefined);
      },
    });
    connect().say('admin:123456');
    clock.advance(5_000);
    expect(contexts[0]?.signal.aborted).toBe(true);
  });
});

describe('accept', () => {
  it('takes a time that is undefined for none, and says nothing of claims that are not there', () => {
    expect(accept('ada', { expiresInMs: undefined, claims: undefined })).toStrictEqual({
      verdict: 'accepted',
      identity: { user: 'ada', expiresInMs: Number.POSITIVE_INFINITY },
    });
    expect(accept('ada', { expiresInMs: 0, claims: { admin: true } })).toStrictEqual({
      verdict: 'accepted',
      identity: { user: 'ada', expiresInMs: 0, claims: { admin: true } },
    });
  });

  it.each([
    [() => accept(''), 'user must be a text that is not empty, not ""'],
    [() => accept(undefined as never), 'user must be a text that is not empty, not undefined'],
    [
      () => accept('a', { expiresInMs: -1 }),
      'expiresInMs must be a number of at least 0, or Infinity, not -1',
    ],
    [
      () => accept('a', { expiresInMs: Number.NaN }),
      'expiresInMs must be a number of at least 0, or Infinity, not NaN',
    ],
    [
      () => accept('a', { expiresInMs: '60' as never }),
      'expiresInMs must be a number of at least 0, or Infinity, not "60"',
    ],
  ])('refuses what is no acceptance, case %#', (act, message) => {
    expect(act).toThrow(UsageError);
    expect(act).toThrow(message);
  });
});

describe('an authenticator', () => {
  const cursed = {
    get verdict() {
      throw new Error('the database is down');
    },
  };
  const fails = [
    [
      'throws',
      () => {
        throw new Error('database is down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('database is down'))],
    ['says nothing', () => undefined],
    ['says something else', () => true],
    ['accepts nobody', () => accept('')],
    ['accepts without an identity', () => ({ verdict: 'accepted' })],
    ['accepts for no time', () => ({ verdict: 'accepted', identity: { user: 'admin' } })],
    ['answers with what cannot be read', () => cursed],
    ['answers later with what cannot be read', () => Promise.resolve(cursed)],
    ['accepts for a time that is no number', () => accept('admin', { expiresInMs: Number.NaN })],
    ['accepts for a time that is over', () => accept('admin', { expiresInMs: -1 })],
  ] as const;

  it.each(fails)(
    'A23, A24, A28: that %s opens nothing and is not told about to the client',
    async (_, authenticate) => {
      const { connect, endings, faults } = harness({ authenticate: authenticate as () => Verdict });
      const client = connect();
      client.say('admin:123456');
      await flushMicrotasks();
      expect(client.heard()).toEqual(['close 1011']);
      expect(faults).toMatchObject([{ source: 'authenticator', session: { id: 1 } }]);
      expect(JSON.stringify(client.connection.recorded)).not.toContain('database');
      client.connection.closed(1011);
      expect(endings[0]?.reason).toBe('authenticatorFailed');
    },
  );

  it('A23, A24: that throws or rejects is reported with its error, once', async () => {
    const error = new Error('database is down');
    for (const authenticate of [
      () => Promise.reject(error),
      () => {
        throw error;
      },
    ]) {
      const { connect, faults } = harness({ authenticate });
      connect().say('admin:123456');
      await flushMicrotasks();
      expect(faults).toMatchObject([{ source: 'authenticator', error }]);
    }
  });

  it.each<[unknown, string]>([
    [true, 'it returned none of accept(…), refuse(), postpone(…), overload()'],
    [null, 'it returned none of accept(…), refuse(), postpone(…), overload()'],
    [{ verdict: 'accepted' }, 'user must be a text that is not empty'],
    [{ verdict: 'accepted', identity: { user: '' } }, 'user must be a text that is not empty'],
    [{ verdict: 'accepted', identity: { user: 7 } }, 'user must be a text that is not empty'],
    ...[undefined, '60', Number.NaN, -1].map((expiresInMs): [unknown, string] => [
      { verdict: 'accepted', identity: { user: 'admin', expiresInMs } },
      'expiresInMs must be a number of at least 0, or Infinity',
    ]),
  ])('A28: that answers %j is told of with what is wrong with it', (junk, why) => {
    const { connect, faults } = harness({ authenticate: () => junk as unknown as Verdict });
    connect().say('admin:123456');
    expect(faults.map(({ error }) => error)).toEqual([
      new TypeError(`the authenticator returned no valid verdict: ${why}`),
    ]);
  });

  it.each([
    ['the reading of whose answer', true],
    ['whoever hears of whose failure', false],
  ])('%s ends the session is not heard any more', async (_, isRead) => {
    const answer = {
      get verdict() {
        if (isRead) client.session.close();
        return isRead ? 'refused' : undefined;
      },
    };
    const { connect, trace } = harness({
      authenticate: () => Promise.resolve(answer) as never,
      onFault: ({ session }) => session?.close(),
    });
    const client = connect();
    client.say('admin:123456');
    await flushMicrotasks();
    expect(client.heard()).toEqual(['close 1000']);
    expect(trace.at(-1)).toBe('arm closing');
  });

  it.each([
    ['rejects', (verdict: Deferred<Verdict>) => verdict.reject(new Error('too late'))],
    ['says what is no verdict', (verdict: Deferred<Verdict>) => verdict.resolve(undefined as never)],
  ])('that %s when nobody waits for it any more is no fault', async (_, end) => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect, faults } = harness({ authenticate });
    const client = connect();
    client.say('admin:123456');
    client.connection.closed(1000);
    end(verdicts[0] as Deferred<Verdict>);
    await flushMicrotasks();
    expect(faults).toEqual([]);
  });

  it('that has too much to do sends the client away for later', () => {
    const { connect } = harness({ authenticate: overload });
    const client = connect();
    client.say('admin:123456');
    expect(client.heard()).toEqual(['close 1013']);
  });

  it('is told who asks', () => {
    const { connect } = harness({ authenticate: (_, { peer }) => accept(`somebody from ${peer.address}`) });
    const client = connect();
    client.say('admin:123456');
    expect(client.session.identity?.user).toBe('somebody from 192.0.2.1');
  });

  it('A27: that settles twice is heard once', () => {
    const { connect } = harness({
      // A thenable as careless as they come.
      authenticate: () =>
        ({
          // biome-ignore lint/suspicious/noThenProperty: it is about thenables
          then(resolve: (verdict: Verdict) => unknown, reject: (error: unknown) => unknown) {
            resolve(refuse());
            resolve(accept('admin'));
            reject(new Error('too late'));
          },
        }) as PromiseLike<Verdict>,
    });
    const client = connect();
    client.say('admin:123456');
    expect(client.heard()).toEqual([SORRY]);
    expect(client.session.state).toBe('authenticating.awaitingCredentials');
  });

  it('A26, A27: cannot open the gate with the late verdict of a refused attempt', async () => {
    const resolvers: ((verdict: Verdict) => unknown)[] = [];
    const { connect } = harness({
      authenticate: () =>
        ({
          // biome-ignore lint/suspicious/noThenProperty: it is about thenables
          then: (resolve: (verdict: Verdict) => unknown) => resolvers.push(resolve),
        }) as unknown as PromiseLike<Verdict>,
    });
    const client = connect();
    client.say('admin:1', 'admin:2');
    resolvers[0]?.(refuse());
    resolvers[0]?.(accept('admin'));
    expect(client.session.state).toBe('authenticating.verifying');
    expect(client.heard()).toEqual([SORRY]);
  });
});
