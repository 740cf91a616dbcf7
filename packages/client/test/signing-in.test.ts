/** Stories of credentials: who is asked for them, when, and what is never said twice. */
import { type CredentialsRequest, connect, type GivenCredentials, NotReadyError } from '@sallyport/client';
import { accept, refuse } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { network, right, wrong } from './network.ts';

describe('with the right credentials', () => {
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

  it('they are fetched before there is a connection', async () => {
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

it('each step of the machine is told, to whoever wants to see it at work', async () => {
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

describe('credentials that are refused', () => {
  it('and are a value are never said again: signed out', async () => {
    const net = network();
    const { session, changes } = net.connect({ credentials: wrong });
    const refusals: unknown[] = [];
    session.on('refused', (refusal) => refusals.push(refusal));
    await net.pass(120_000);
    expect([net.attempts, net.sent.length]).toEqual([1, 1]);
    expect(refusals).toEqual([{ attemptsLeft: 4 }]);
    expect(changes.at(-1)).toMatchObject({ state: 'signedOut', why: 'credentialsRefused' });
    await expect(session.ready).rejects.toThrow(NotReadyError);
    expect(net.endings).toMatchObject([{ reason: 'clientLeft' }]);
  });

  it('and come from a function are asked for anew, on the same connection', async () => {
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

  it('are not said again though the function says the same', async () => {
    const net = network({ authenticate: refuse });
    const { session } = net.connect({ credentials: async () => ({ token: 'dead' }) });
    await net.pass(120_000);
    expect([session.state, session.why]).toEqual(['signedOut', 'credentialsRefused']);
    expect(net.sent).toHaveLength(1);
  });

  it('are said again where a person has entered them anew: a throttle refuses right ones too', async () => {
    const verdicts = [refuse(), accept('admin')];
    const net = network({ authenticate: () => verdicts.shift() ?? refuse() });
    const { session } = net.connect({ credentials: () => ({ ...right, again: true }) });
    await net.pass();
    expect([session.state, net.attempts]).toEqual(['ready', 1]);
  });

  it('are not said again as a value, whatever it says of itself', async () => {
    const net = network({ authenticate: refuse });
    const { session } = net.connect({ credentials: { ...wrong, again: true } });
    await net.pass(120_000);
    expect([session.state, net.sent.length]).toEqual(['signedOut', 1]);
  });

  it('one after another, use up the attempts, and then come slower and slower', async () => {
    const net = network({ authenticate: refuse });
    let count = 0;
    const { session } = net.connect({
      credentials: () => {
        count += 1;
        return { token: `wrong${count}` };
      },
    });
    await net.pass();
    expect([session.state, session.why, count]).toEqual(['waiting', 'attemptsUsedUp', 6]);
    await net.pass(600_000);
    expect(net.attempts).toBeLessThan(50);
  });

  it('are replaced where the program resumes with others', async () => {
    const net = network();
    const { session } = net.connect({ credentials: wrong });
    await net.pass();
    await expect(session.ready).rejects.toMatchObject({ why: 'credentialsRefused' });
    session.resume(right);
    await net.pass();
    await session.ready;
    expect(session.state).toBe('ready');
  });

  it('because the text protocol cannot say them, are not said at all', async () => {
    const net = network();
    const { session } = net.connect({ protocol: 'text', credentials: { username: 'a:b', password: 'c' } });
    await net.pass();
    expect([session.state, net.sent]).toEqual(['signedOut', []]);
  });
});

describe('a question', () => {
  it('to which there is no answer signs out', async () => {
    const net = network();
    const { session } = net.connect({ credentials: () => undefined });
    await net.pass();
    expect([session.state, session.why, net.attempts]).toEqual(['signedOut', 'credentialsWithheld', 0]);
  });

  it('that fails is asked again later', async () => {
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
    expect([session.state, session.why]).toEqual(['waiting', 'credentialsFailed']);
    await net.pass(500);
    await net.pass(1_000);
    expect([session.state, count]).toEqual(['ready', 3]);
  });

  it('is withdrawn when nobody waits for its answer', async () => {
    const net = network();
    const { signals, credentials } = silent();
    const { session } = net.connect({ credentials });
    await net.pass();
    session.close();
    await net.pass();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect([session.state, await session.closed]).toEqual(['closed', 'clientLeft']);
  });

  it('goes on when the server does not wait for the second answer, and its answer opens another connection', async () => {
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

describe('renewal', () => {
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

  it('comes before the expiry, in band', async () => {
    const { net, credentials, counted } = tokens(60_000);
    const { session, changes } = net.connect({ credentials });
    for (let minute = 0; minute < 60; minute += 1) await net.pass(10_000);
    expect([session.state, net.attempts, changes.length]).toEqual(['ready', 1, 2]);
    expect(counted()).toBe(1 + Math.floor(600_000 / 48_000));
  });

  it('is not tried with a value: it expires, and is said again at once', async () => {
    const { net } = tokens(60_000);
    const { session, changes } = net.connect({ credentials: { token: 'always' } });
    await net.pass(1_000);
    await net.pass(59_000);
    await net.pass(1_000);
    expect(changes).toContainEqual({ state: 'waiting', why: 'expired', retryInMs: 0 });
    expect([session.state, net.attempts]).toEqual(['ready', 2]);
  });

  it('that is refused leaves the sign-in as it was, and after the expiry others are asked for', async () => {
    const net = network({
      authenticate: (given) =>
        given.type === 'token' && given.token !== 't2' ? accept('ada', { expiresInMs: 60_000 }) : refuse(),
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
    await net.pass(12_000);
    await net.pass();
    expect([session.state, count, net.attempts]).toEqual(['ready', 3, 2]);
  });

  it('does not spin where all expire as soon as they are made', async () => {
    const { net, credentials } = tokens(0);
    net.connect({ credentials });
    for (let second = 0; second < 60; second += 1) await net.pass(1_000);
    expect(net.attempts).toBeLessThan(10);
  });
});

describe('what cannot even be tried', () => {
  const none = { credentials: right, WebSocket: undefined };
  it('is thrown', () => {
    expect(() => connect('nowhere', none as never)).toThrow(TypeError);
    expect(() => connect('ftp://gate.example', { ...none, WebSocket: class {} } as never)).toThrow(TypeError);
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
