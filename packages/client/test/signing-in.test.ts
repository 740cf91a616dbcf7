/** Stories of credentials: when the client requests them, and which it never sends twice. */
import {
  type ConnectOptions,
  type CredentialsRequest,
  connect,
  type GivenCredentials,
  NotReadyError,
} from '@sallyport/client';
import { accept, refuse } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { network, right, wrong } from './network.ts';

describe('With the right credentials', () => {
  it.each(['json', 'text'] as const)('a client is ready, in %s', async (protocol) => {
    const net = network();
    const { session, changes } = net.connect({ protocol });
    expect(session.state).toBe('connecting');
    await net.pass();
    await session.ready;
    expect(session.state).toBe('ready');
    expect(changes.map(({ state }) => state)).toEqual(['authenticating', 'ready']);
    expect(session.user).toBe(protocol === 'json' ? 'admin' : undefined);
  });

  it('a client requests them before it connects', async () => {
    const net = network();
    let give: (given: GivenCredentials) => void = () => {};
    const { session } = net.connect({
      credentials: () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    });
    await net.pass(60_000);
    expect([net.attempts, session.state]).toEqual([0, 'connecting']);
    give(right);
    await net.pass();
    expect([net.attempts, session.state]).toEqual([1, 'ready']);
  });
});

it('the transition event reports each step of the machine', async () => {
  const net = network();
  const { session } = net.connect({
    credentials: ({ refused }: CredentialsRequest) => (refused ? right : wrong),
  });
  const steps: string[] = [];
  session.on('transition', ({ fact, from, to }) => {
    steps.push(`${from} × ${fact} → ${to}`);
    expect(session.path).toBe(to);
  });
  await net.pass();
  expect(steps).toEqual([
    'connecting.asking × credentials.given → connecting.opening',
    'connecting.opening × connection.opened → authenticating.awaitingVerdict',
    'authenticating.awaitingVerdict × answer.refused → authenticating.asking',
    'authenticating.asking × credentials.given → authenticating.awaitingVerdict',
    'authenticating.awaitingVerdict × answer.accepted → ready.steady',
  ]);
});

describe('Refused credentials', () => {
  it('that are a value sign the session out, and are not sent again', async () => {
    const net = network();
    const { session, changes } = net.connect({ credentials: wrong });
    const refusals: unknown[] = [];
    session.on('refused', (refusal) => refusals.push(refusal));
    await net.pass(120_000);
    expect([net.attempts, net.sent.length]).toEqual([1, 1]);
    expect(refusals).toEqual([{ attemptsLeft: 4 }]);
    expect(changes.at(-1)).toMatchObject({ state: 'signedOut', reason: 'credentialsRefused' });
    await expect(session.ready).rejects.toThrow(NotReadyError);
    expect(net.endings).toMatchObject([{ reason: 'clientLeft' }]);
  });

  it('from a function are requested again, on the same connection', async () => {
    const net = network();
    const requests: boolean[] = [];
    const { session } = net.connect({
      credentials: ({ refused }: CredentialsRequest) => {
        requests.push(refused);
        return refused ? right : wrong;
      },
    });
    await net.pass();
    expect(session.state).toBe('ready');
    expect([net.attempts, requests]).toEqual([1, [false, true]]);
  });

  it('are not sent again if the function returns the same', async () => {
    const net = network({ authenticate: refuse });
    const { session } = net.connect({ credentials: async () => ({ token: 'dead' }) });
    await net.pass(120_000);
    expect([session.state, session.reason]).toEqual(['signedOut', 'credentialsRefused']);
    expect(net.sent).toHaveLength(1);
  });

  it('are sent again with `again`, since a throttle refuses right ones too', async () => {
    const verdicts = [refuse(), accept('admin')];
    const net = network({ authenticate: () => verdicts.shift() ?? refuse() });
    const { session } = net.connect({ credentials: () => ({ ...right, again: true }) });
    await net.pass();
    expect([session.state, net.attempts]).toEqual(['ready', 1]);
  });

  it('are not sent again even if others were refused since', async () => {
    const net = network({ authenticate: refuse });
    let count = 0;
    const { session } = net.connect({
      credentials: () => {
        count += 1;
        return count % 2 === 0 ? { token: 'b' } : { token: 'a' };
      },
    });
    await net.pass(120_000);
    expect([session.state, session.reason, net.sent.length]).toEqual(['signedOut', 'credentialsRefused', 2]);
  });

  it('that a throttle accepts later are sent again after a loss', async () => {
    const verdicts = [refuse(), accept('admin'), accept('admin')];
    const net = network({ authenticate: () => verdicts.shift() ?? refuse() });
    let count = 0;
    const { session } = net.connect({
      credentials: () => {
        count += 1;
        return { ...right, again: count === 2 };
      },
    });
    await net.pass();
    net.cut();
    await net.pass(500);
    await net.pass();
    expect([session.state, net.attempts]).toEqual(['ready', 2]);
  });

  it('use up the attempts one by one, and then come after growing waits', async () => {
    const net = network({ authenticate: refuse });
    let count = 0;
    const { session } = net.connect({
      credentials: () => {
        count += 1;
        return { token: `wrong${count}` };
      },
    });
    await net.pass();
    expect([session.state, session.reason, count]).toEqual(['waiting', 'attemptsUsedUp', 6]);
    await net.pass(600_000);
    expect(net.attempts).toBeLessThan(50);
  });

  it('are replaced by resume() with others', async () => {
    const net = network();
    const { session } = net.connect({ credentials: wrong });
    await net.pass();
    await expect(session.ready).rejects.toMatchObject({ reason: 'credentialsRefused' });
    session.resume(right);
    await net.pass();
    await session.ready;
    expect(session.state).toBe('ready');
  });
});

describe('Credentials that the protocol cannot express', () => {
  it.each([{ username: 'a:b', password: 'c' }, { username: 'a\nb', password: 'c' }, { token: 'no token' }])(
    'are not sent in the text protocol, and not reported as refused: %o',
    async (credentials) => {
      const net = network();
      const { session } = net.connect({ protocol: 'text', credentials });
      const refusals: unknown[] = [];
      session.on('refused', (refusal) => refusals.push(refusal));
      await net.pass(120_000);
      expect([session.state, session.reason]).toEqual(['signedOut', 'credentialsUnsayable']);
      expect([net.attempts, net.sent, refusals]).toEqual([0, [], []]);
      session.resume(right);
      await net.pass();
      expect(session.state).toBe('ready');
    },
  );

  it.each([{}, { username: 'a' }, { ...right, token: 'b' }, { token: 5 }, 'admin:123456'])(
    'are not sent if a function returned an invalid value: %o',
    async (none) => {
      const net = network();
      const { session } = net.connect({ credentials: () => none as never });
      await net.pass(120_000);
      expect([session.state, session.reason, net.attempts]).toEqual(['signedOut', 'credentialsUnsayable', 0]);
    },
  );

  it('leave the sign-in unchanged if they come from a renewal', async () => {
    const net = network({ authenticate: () => accept('ada', { expiresInMs: 60_000 }) });
    const given = [{ token: 'a' }, {}];
    const { session } = net.connect({ credentials: () => given.shift() as never });
    await net.pass(48_000);
    await net.pass();
    expect([session.state, session.path, given]).toEqual(['ready', 'ready.steady', []]);
  });
});

describe('A request for credentials', () => {
  it('that returns none signs the session out', async () => {
    const net = network();
    const { session } = net.connect({ credentials: () => undefined });
    await net.pass();
    expect([session.state, session.reason, net.attempts]).toEqual(['signedOut', 'credentialsWithheld', 0]);
  });

  it('that fails is repeated later', async () => {
    const net = network();
    let count = 0;
    const { session } = net.connect({
      credentials: async () => {
        count += 1;
        if (count < 3) throw new Error('no network');
        return right;
      },
    });
    await net.pass();
    expect([session.state, session.reason]).toEqual(['waiting', 'credentialsFailed']);
    await net.pass(500);
    await net.pass(1_000);
    expect([session.state, count]).toEqual(['ready', 3]);
  });

  it('is aborted when the session closes', async () => {
    const net = network();
    const { signals, credentials } = silent();
    const { session } = net.connect({ credentials });
    await net.pass();
    session.close();
    await net.pass();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect([session.state, await session.closed]).toEqual(['closed', 'clientLeft']);
  });

  it('that is never answered is aborted and repeated by resume()', async () => {
    const net = network();
    const signals: AbortSignal[] = [];
    const answers: (() => void)[] = [];
    const { session } = net.connect({
      credentials: ({ signal }) => {
        signals.push(signal);
        return new Promise((resolve) => answers.push(() => resolve({ ...right })));
      },
    });
    await net.pass(3_600_000);
    expect([session.state, signals.length]).toEqual(['connecting', 1]);
    session.resume();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    // A late answer to the first request has no effect.
    answers[0]?.();
    await net.pass();
    expect([session.state, net.attempts]).toEqual(['connecting', 0]);
    answers[1]?.();
    await net.pass();
    expect([session.state, net.attempts]).toEqual(['ready', 1]);
  });

  it('that is never answered after a refusal is aborted by resume() with other credentials', async () => {
    const net = network();
    const { session } = net.connect({
      credentials: ({ refused }) => (refused ? new Promise<undefined>(() => {}) : wrong),
    });
    await net.pass();
    expect(session.path).toBe('authenticating.asking');
    session.resume(right);
    await net.pass();
    expect([session.state, net.attempts]).toEqual(['ready', 1]);
  });

  it('that takes longer than credentialsMs fails, and is repeated later', async () => {
    const net = network();
    const signals: AbortSignal[] = [];
    const { session } = net.connect({
      credentialsMs: 2_000,
      credentials: ({ signal }) => {
        signals.push(signal);
        return signals.length === 1 ? new Promise<undefined>(() => {}) : right;
      },
    });
    await net.pass(1_999);
    expect([session.state, signals[0]?.aborted]).toEqual(['connecting', false]);
    await net.pass(1);
    expect([session.state, session.reason, signals[0]?.aborted]).toEqual([
      'waiting',
      'credentialsFailed',
      true,
    ]);
    await net.pass(500);
    expect([session.state, signals.length, signals[1]?.aborted]).toEqual(['ready', 2, false]);
    session.close();
    await net.pass();
    expect(net.clock.pending).toBe(0);
  });

  it('goes on when the server stops waiting for it, and its result opens another connection', async () => {
    const net = network();
    let give: (given: GivenCredentials) => void = () => {};
    const { session } = net.connect({
      credentials: ({ refused }) =>
        refused
          ? new Promise((resolve) => {
              give = resolve;
            })
          : wrong,
    });
    await net.pass();
    await net.pass(10_000);
    expect([session.state, net.endings.at(-1)?.reason]).toEqual(['connecting', 'authenticationTimedOut']);
    give(right);
    await net.pass();
    expect([session.state, net.attempts]).toEqual(['ready', 2]);
  });
});

describe('A renewal', () => {
  const tokens = (expiresInMs: number) => {
    const net = network({
      authenticate: (given) => (given.type === 'token' ? accept('ada', { expiresInMs }) : refuse()),
    });
    let count = 0;
    const credentials = () => {
      count += 1;
      return { token: `t${count}` };
    };
    return { net, credentials, counted: () => count };
  };

  it('is sent before the expiry, on the same connection', async () => {
    const { net, credentials, counted } = tokens(60_000);
    const { session, changes } = net.connect({ credentials });
    for (let minute = 0; minute < 60; minute += 1) await net.pass(10_000);
    expect([session.state, net.attempts, changes.length]).toEqual(['ready', 1, 2]);
    expect(counted()).toBe(1 + Math.floor(600_000 / 48_000));
  });

  it('is not sent for a value: the sign-in expires, and the value is sent again at once', async () => {
    const { net } = tokens(60_000);
    const { session, changes } = net.connect({ credentials: { token: 'always' } });
    await net.pass(1_000);
    await net.pass(59_000);
    await net.pass(1_000);
    expect(changes).toContainEqual({ state: 'waiting', reason: 'expired', retryInMs: 0, unsent: 0 });
    expect([session.state, net.attempts]).toEqual(['ready', 2]);
  });

  it('that is refused every time leaves the sign-in unchanged, and the client signs in again after the expiry', async () => {
    const refused = ['t2', 't3', 't4', 't5'];
    const net = network({
      authenticate: (given) =>
        given.type === 'token' && !refused.includes(given.token)
          ? accept('ada', { expiresInMs: 60_000 })
          : refuse(),
    });
    let count = 0;
    const { session } = net.connect({
      credentials: () => {
        count += 1;
        return { token: `t${count}` };
      },
    });
    await net.pass(48_000);
    expect([session.state, count]).toEqual(['ready', 2]);
    for (let second = 49; second < 60; second += 1) await net.pass(1_000);
    expect([session.state, session.path, count, net.attempts]).toEqual(['ready', 'ready.steady', 5, 1]);
    await net.pass(1_000);
    await net.pass();
    expect([session.state, count, net.attempts]).toEqual(['ready', 6, 2]);
  });

  it.each<[string, () => unknown]>([
    ['the source throws', () => Promise.reject(new Error('the token endpoint is down'))],
    ['the source has none', () => undefined],
    ['the source returns a wrong shape', () => ({ token: 5 })],
    ['the server refuses them', () => ({ token: 'wrong' })],
    ['the authenticator throws', () => ({ token: 'broken' })],
  ])(
    'that failed once is tried again before the sign-in expires, on the same connection: %s',
    async (_, fail) => {
      const net = network({
        authenticate: (given) => {
          if (given.type === 'token' && given.token === 'broken') throw new Error('no database');
          return given.type === 'token' && given.token !== 'wrong'
            ? accept('ada', { expiresInMs: 600_000 })
            : refuse();
        },
        onFault: () => {},
      });
      const askedAt: number[] = [];
      const { session } = net.connect({
        credentials: () => {
          askedAt.push(net.clock.now());
          return (askedAt.length === 2 ? fail() : { token: `t${askedAt.length}` }) as never;
        },
      });
      for (let second = 0; second < 1_200; second += 1) await net.pass(1_000);
      // At 80 % of the lifetime, then in the middle of what remained. After a success the next one is at 80 % again.
      expect(askedAt.map((ms) => Math.round((ms - (askedAt[0] ?? 0)) / 1_000))).toEqual([0, 480, 540, 1_020]);
      expect([session.state, net.attempts]).toEqual(['ready', 1]);
    },
  );

  it('that fails every time is tried a few times, each time sooner, and no longer in the last second', async () => {
    const { net } = tokens(600_000);
    const askedAt: number[] = [];
    net.connect({
      credentials: () => {
        askedAt.push(net.clock.now());
        if (askedAt.length > 1 && askedAt.length < 20) throw new Error('the token endpoint is down');
        return { token: 'first' };
      },
    });
    const start = net.clock.now();
    for (let tenth = 0; tenth < 5_999; tenth += 1) await net.pass(100);
    expect(askedAt.map((ms) => Math.round((ms - start) / 1_000))).toEqual([
      0, 480, 540, 570, 585, 593, 596, 598,
    ]);
    expect(net.attempts).toBe(1);
  });

  it('does not loop when every sign-in expires at once', async () => {
    const { net, credentials } = tokens(0);
    net.connect({ credentials });
    for (let second = 0; second < 60; second += 1) await net.pass(1_000);
    expect(net.attempts).toBeLessThan(10);
  });
});

describe('An invalid option', () => {
  const none = { credentials: right, WebSocket: undefined };
  it('such as a wrong URL is a TypeError', () => {
    expect(() => connect('nowhere', none as never)).toThrow(TypeError);
    expect(() => connect('ftp://gate.example', { ...none, WebSocket: class {} } as never)).toThrow(TypeError);
  });

  it.each([
    [{ queue: Number.NaN }, /^queue must be/],
    [{ queue: -1 }, /^queue must be/],
    [{ unread: Number.NaN }, /^unread must be/],
    [{ unread: -1 }, /^unread must be/],
    [{ unread: '5' }, /^unread must be/],
    [{ protocol: 'xml' }, /^protocol must be/],
    [{ protocol: 'toString' }, /^protocol must be/],
    [{ credentials: undefined }, /^credentials must be/],
    [{ credentials: {} }, /^credentials must be/],
    [{ credentials: { username: 'secret' } }, /^credentials must be/],
    [{ credentials: { ...right, token: 'secret' } }, /^credentials must be/],
    [{ credentials: { ...right, again: true } }, /^credentials: only what a function returns/],
  ])('is a TypeError with its name and without its value: %o', (wrongOption, words) => {
    const net = network();
    const fails = () => net.connect(wrongOption as never);
    expect(fails).toThrow(TypeError);
    expect(fails).toThrow(words);
    expect(fails).not.toThrow(/secret|123456/);
  });

  it('is also a TypeError of resume(), and the old credentials stay', async () => {
    const net = network();
    const { session } = net.connect();
    await net.pass();
    net.cut();
    await net.pass();
    expect(() => session.resume({ token: 5 } as never)).toThrow(/^credentials must be/);
    session.resume();
    await net.pass();
    expect(session.state).toBe('ready');
  });

  it('does not compile if it mixes credentials', () => {
    const options: ConnectOptions[] = [
      // @ts-expect-error: one of the two, not both.
      { credentials: { username: 'a', password: 'b', token: 'c' } },
      // @ts-expect-error: a person cannot enter a value again.
      { credentials: { token: 'c', again: true } },
      { credentials: () => ({ token: 'c', again: true }) },
    ];
    expect(options).toHaveLength(3);
  });
});

function silent() {
  const signals: AbortSignal[] = [];
  const credentials = ({ signal }: CredentialsRequest) => {
    signals.push(signal);
    return new Promise<undefined>(() => {});
  };
  return { signals, credentials };
}
