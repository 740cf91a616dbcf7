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
  it('a client is refused until its credentials are right, and can then send messages', () => {
    const { connect } = harness();
    const client = connect();
    client.send('admin:1', 'admin:123456', 'hello', '');
    expect(client.received()).toEqual([
      SORRY,
      CONGRATULATION,
      'your submit context: hello',
      'your submit context: ',
    ]);
    expect(client.session.identity?.user).toBe('admin');
  });

  it('A9, A10, A13: text that cannot be credentials is refused like wrong credentials', () => {
    const { connect, sessions } = harness();
    const client = connect();
    client.send('', 'no colon', 'ad\u0007min:123456');
    expect(client.received()).toEqual([SORRY, SORRY, SORRY]);
    expect(sessions.counters.refused).toBe(3);
  });

  it('A22: the session ends after the last attempt, and the client is told so', () => {
    const { connect, endings } = harness({ limits: { attempts: 3 } });
    const client = connect();
    client.send('a:1', 'nothing', 'a:3', 'admin:123456');
    expect(client.received()).toEqual([SORRY, SORRY, SORRY, 'close 4401']);
    client.connection.closed(4401);
    expect(endings).toEqual([{ reason: 'attemptsUsedUp', code: 4401, openMs: 0 }]);
  });

  it('a malformed last attempt counts too', () => {
    const { connect } = harness({ limits: { attempts: 1 } });
    const client = connect();
    client.send('nothing');
    expect(client.received()).toEqual([SORRY, 'close 4401']);
  });

  it('A7: binary credentials are refused, and the authenticator is not called', () => {
    const { connect, trace } = harness({}, 'traced');
    const client = connect();
    client.send(new TextEncoder().encode('admin:123456'));
    expect(client.received()).toEqual(['close 1003']);
    expect(trace.filter((one) => one.startsWith('verify'))).toEqual([]);
  });

  it('A5, A17: credentials have at most 4096 bytes, counted in bytes', () => {
    const { connect } = harness();
    const exact = connect();
    exact.send(`a:${'é'.repeat(2047)}`);
    expect(exact.received()).toEqual([SORRY]);
    const over = connect();
    over.send(`ab:${'é'.repeat(2047)}`);
    expect(over.received()).toEqual(['close 1009']);
  });

  it('A1, A4: the deadline of the sign-in cannot be extended', () => {
    const { connect, clock } = harness({ limits: { authenticationMs: 10_000 } });
    const client = connect();
    clock.advance(9_000);
    client.receiver.ponged();
    client.send('a:b');
    clock.advance(999);
    expect(client.received()).toEqual([SORRY]);
    clock.advance(1);
    expect(client.received()).toEqual([SORRY, 'close 4408']);
  });

  it('A1: the deadline of the sign-in is that of the protocol unless a limit is set', () => {
    const { connect, clock } = harness();
    const client = connect();
    clock.advance(59_999);
    expect(client.received()).not.toContain('close 4408');
    clock.advance(1);
    expect(client.received()).toContain('close 4408');
  });
});

describe('an observer', () => {
  it('an observer can greet a user, after the client is told that it is accepted', () => {
    const { connect } = harness({
      observe: {
        transition: (session) => session.send('too early'),
        authenticated: (session) => session.send(`welcome, ${session.identity?.user}`),
      },
    });
    const client = connect();
    client.send('admin:123456', 'hello');
    expect(client.received()).toEqual([CONGRATULATION, 'welcome, admin', 'your submit context: hello']);
  });
});

describe('while credentials are verified', () => {
  it('A19: messages behind the credentials wait, and are then taken in order', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect } = harness({ authenticate });
    const client = connect();
    client.send('admin:123456', 'one', 'two', new Uint8Array([3]));
    expect(client.received()).toEqual([]);
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(client.received()).toEqual([
      CONGRATULATION,
      'your submit context: one',
      'your submit context: two',
      new Uint8Array([3]),
    ]);
  });

  it('A20: messages that arrive while the acceptance is sent are taken after it', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect } = harness({ authenticate });
    const client = connect();
    client.send('admin:123456', 'one');
    client.connection.sendResult = () => {
      client.connection.sendResult = 'sent';
      client.send('two');
      return 'sent';
    };
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(client.received().slice(1)).toEqual(['your submit context: one', 'your submit context: two']);
  });

  it('A19, A21: messages that wait behind a refusal are the next attempts, one at a time', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect } = harness({ authenticate });
    const client = connect();
    client.send('admin:1', 'admin:123456', 'hello');
    expect(verdicts).toHaveLength(1);
    verdicts[0]?.resolve(refuse());
    await flushMicrotasks();
    expect(verdicts).toHaveLength(2);
    verdicts[1]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(client.received()).toEqual([SORRY, CONGRATULATION, 'your submit context: hello']);
  });

  it('A19: 16 messages can wait, and the next ends the session', () => {
    const { connect } = harness({ authenticate: manualAuthenticator().authenticate });
    const client = connect();
    client.send('admin:123456', ...Array<string>(16).fill('x'));
    expect(client.received()).toEqual([]);
    client.send('x');
    expect(client.received()).toEqual(['close 1008']);
  });

  it('A19: 64 KiB can wait, and the next byte ends the session', () => {
    const { connect } = harness({ authenticate: manualAuthenticator().authenticate });
    const client = connect();
    client.send('admin:123456', 'x'.repeat(65_536));
    expect(client.received()).toEqual([]);
    client.send('x');
    expect(client.received()).toEqual(['close 1008']);
  });

  it('A19: only the bytes that still wait count', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect } = harness({ authenticate, limits: { inboxBytes: 4_000 } });
    const client = connect();
    client.send('a:1', `b:${'x'.repeat(2_000)}`, 'c:1');
    verdicts[0]?.resolve(refuse());
    await flushMicrotasks();
    client.send(`d:${'x'.repeat(2_000)}`);
    expect(client.received()).toEqual([SORRY]);
    client.send('x'.repeat(2_000));
    expect(client.received()).toEqual([SORRY, 'close 1008']);
  });

  it('the size of a message that waited is checked in the phase in which it is read', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect } = harness({ authenticate });
    const [accepted, refused] = [connect(), connect()];
    for (const client of [accepted, refused]) client.send('a:b', 'x'.repeat(5_000));
    verdicts[0]?.resolve(accept('a'));
    verdicts[1]?.resolve(refuse());
    await flushMicrotasks();
    expect(accepted.received()).toEqual([CONGRATULATION, `your submit context: ${'x'.repeat(5_000)}`]);
    expect(refused.received()).toEqual([SORRY, 'close 1009']);
  });

  it('A25, A26: the authenticator has 5 s; then its signal is aborted, and a later verdict is ignored', async () => {
    const { verdicts, authenticate } = manualAuthenticator();
    let signal: { readonly aborted: boolean } | undefined;
    const { connect, clock } = harness({
      authenticate: (credentials, context) => {
        signal = context.signal;
        return authenticate(credentials, context);
      },
    });
    const client = connect();
    client.send('admin:123456');
    clock.advance(4_999);
    expect(client.received()).toEqual([]);
    expect(signal?.aborted).toBe(false);
    clock.advance(1);
    expect(client.received()).toEqual(['close 1013']);
    expect(signal?.aborted).toBe(true);
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(client.received()).toEqual(['close 1013']);
    expect(client.session.identity).toBeUndefined();
  });

  it('A29: everything is freed when the client leaves, and nothing is sent to it', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect, sessions, clock, endings } = harness({ authenticate });
    const client = connect();
    client.send('admin:123456', 'hello');
    client.connection.closed(1006);
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(client.received()).toEqual([]);
    expect([sessions.size, clock.pending]).toEqual([0, 0]);
    expect(endings).toEqual([{ reason: 'connectionLost', code: 1006, openMs: 0 }]);
  });

  it('a signal that is first read after the abort is already aborted', async () => {
    const contexts: { readonly signal: { readonly aborted: boolean } }[] = [];
    const { connect, clock } = harness({
      authenticate: (_, context) => {
        contexts.push(context);
        return new Promise<Verdict>(() => undefined);
      },
    });
    connect().send('admin:123456');
    clock.advance(5_000);
    expect(contexts[0]?.signal.aborted).toBe(true);
  });
});

describe('accept()', () => {
  it('accept() takes undefined for the default of an option, and omits absent claims', () => {
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
  ])('accept() refuses bad arguments, case %#', (act, message) => {
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
    ['returns nothing', () => undefined],
    ['returns another value', () => true],
    ['accepts an empty user name', () => accept('')],
    ['accepts without an identity', () => ({ verdict: 'accepted' })],
    ['accepts without an expiry', () => ({ verdict: 'accepted', identity: { user: 'admin' } })],
    ['returns an object that cannot be read', () => cursed],
    ['returns such an object later', () => Promise.resolve(cursed)],
    ['accepts with NaN as the expiry', () => accept('admin', { expiresInMs: Number.NaN })],
    ['accepts with a negative expiry', () => accept('admin', { expiresInMs: -1 })],
  ] as const;

  it.each(fails)(
    'A23, A24, A28: an authenticator that %s lets no client in, and the client gets no details',
    async (_, authenticate) => {
      const { connect, endings, faults } = harness({ authenticate: authenticate as () => Verdict });
      const client = connect();
      client.send('admin:123456');
      await flushMicrotasks();
      expect(client.received()).toEqual(['close 1011']);
      expect(faults).toMatchObject([{ source: 'authenticator', session: { id: 1 } }]);
      expect(JSON.stringify(client.connection.recorded)).not.toContain('database');
      client.connection.closed(1011);
      expect(endings[0]?.reason).toBe('authenticatorFailed');
    },
  );

  it('A23, A24: an error that the authenticator throws or rejects with is reported once', async () => {
    const error = new Error('database is down');
    for (const authenticate of [
      () => Promise.reject(error),
      () => {
        throw error;
      },
    ]) {
      const { connect, faults } = harness({ authenticate });
      connect().send('admin:123456');
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
  ])('A28: the fault says what is wrong with the answer %j', (junk, why) => {
    const { connect, faults } = harness({ authenticate: () => junk as unknown as Verdict });
    connect().send('admin:123456');
    expect(faults.map(({ error }) => error)).toEqual([
      new TypeError(`the authenticator returned no valid verdict: ${why}`),
    ]);
  });

  it.each([
    ['a getter of the answer', true],
    ['onFault', false],
  ])('%s may end the session, and then the answer is ignored', async (_, isRead) => {
    const answer = {
      get verdict() {
        if (isRead) client.session.close();
        return isRead ? 'refused' : undefined;
      },
    };
    const { connect, trace } = harness(
      {
        authenticate: () => Promise.resolve(answer) as never,
        onFault: ({ session }) => session?.close(),
      },
      'traced',
    );
    const client = connect();
    client.send('admin:123456');
    await flushMicrotasks();
    expect(client.received()).toEqual(['close 1000']);
    expect(trace.at(-1)).toBe('arm closing');
  });

  it.each([
    ['rejects', (verdict: Deferred<Verdict>) => verdict.reject(new Error('too late'))],
    [
      'returns another value than a verdict',
      (verdict: Deferred<Verdict>) => verdict.resolve(undefined as never),
    ],
  ])('an authenticator that %s after the end of the session causes no fault', async (_, end) => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect, faults } = harness({ authenticate });
    const client = connect();
    client.send('admin:123456');
    client.connection.closed(1000);
    end(verdicts[0] as Deferred<Verdict>);
    await flushMicrotasks();
    expect(faults).toEqual([]);
  });

  it('an authenticator that is overloaded makes the client come back later', () => {
    const { connect } = harness({ authenticate: overload });
    const client = connect();
    client.send('admin:123456');
    expect(client.received()).toEqual(['close 1013']);
  });

  it('the authenticator is told the address of the client', () => {
    const { connect } = harness({ authenticate: (_, { peer }) => accept(`a user from ${peer.address}`) });
    const client = connect();
    client.send('admin:123456');
    expect(client.session.identity?.user).toBe('a user from 192.0.2.1');
  });

  it('A27: only the first verdict of an authenticator that settles twice counts', () => {
    const { connect } = harness({
      // A thenable that settles three times.
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
    client.send('admin:123456');
    expect(client.received()).toEqual([SORRY]);
    expect(client.session.state).toBe('authenticating.awaitingCredentials');
  });

  it('A26, A27: the late verdict of a refused attempt lets no client in', async () => {
    const resolvers: ((verdict: Verdict) => unknown)[] = [];
    const { connect } = harness({
      authenticate: () =>
        ({
          // biome-ignore lint/suspicious/noThenProperty: it is about thenables
          then: (resolve: (verdict: Verdict) => unknown) => resolvers.push(resolve),
        }) as unknown as PromiseLike<Verdict>,
    });
    const client = connect();
    client.send('admin:1', 'admin:2');
    resolvers[0]?.(refuse());
    resolvers[0]?.(accept('admin'));
    expect(client.session.state).toBe('authenticating.verifying');
    expect(client.received()).toEqual([SORRY]);
  });
});
