/** Stories of credentials that the server postpones: the client sends them again by itself, and never in a loop. */
import type { CredentialsRequest, GivenCredentials } from '@sallyport/client';
import { accept, postpone, refuse } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { repeatMs } from '../src/backoff.ts';
import { network, right, wrong } from './network.ts';
import { type ScriptedServer, scriptedServer } from './scripted-server.ts';

const postponed = { type: 'postponed', retryInMs: 5_000 };
const authenticated = { type: 'authenticated', user: 'admin' };
const passwords = ({ received }: ScriptedServer) => received.map(({ message }) => message['password']);
const connectionsOf = ({ received }: ScriptedServer) => received.map(({ connection }) => connection);
const TOO_LATE = 4408;

/** The server has postponed the first attempt. */
async function begin(options: Parameters<ScriptedServer['connect']>[0] = {}) {
  const server = scriptedServer();
  const { session, steps } = server.connect(options);
  await server.pass();
  await server.send(postponed);
  return { server, session, steps };
}

describe('A postponed attempt', () => {
  it('is repeated on the same connection after the server’s time, and not before', async () => {
    const { server, session, steps } = await begin();
    expect([session.state, session.path, session.reason]).toEqual([
      'postponed',
      'postponed.connected',
      'credentialsPostponed',
    ]);
    await server.pass(4_999);
    expect(server.received).toHaveLength(1);
    await server.pass(1);
    expect(passwords(server)).toEqual(['123456', '123456']);
    await server.send(authenticated);
    await session.ready;
    expect([connectionsOf(server), session.reason]).toEqual([[1, 1], undefined]);
    expect(steps).toEqual([
      'authenticating',
      'postponed credentialsPostponed 5000',
      'authenticating credentialsPostponed',
      'ready',
    ]);
  });

  it('is repeated as often as it is postponed, with one request for credentials', async () => {
    const requests: CredentialsRequest[] = [];
    const { server, session } = await begin({
      credentials: (request) => {
        requests.push(request);
        return right;
      },
    });
    for (let more = 0; more < 20; more += 1) {
      await server.pass(5_000);
      await server.send(postponed);
    }
    await server.pass(5_000);
    await server.send(authenticated);
    expect([session.state, server.connections, requests.length]).toEqual(['ready', 1, 1]);
    expect(server.received).toHaveLength(22);
  });

  it('is not repeated after a refusal', async () => {
    const { server, session } = await begin({ credentials: wrong });
    await server.pass(5_000);
    await server.send({ type: 'refused', attemptsLeft: 4 });
    await server.pass(3_600_000);
    expect([session.state, session.reason]).toEqual(['signedOut', 'credentialsRefused']);
    expect(server.received).toHaveLength(2);
  });

  it('gets the full time for a verdict at each repetition', async () => {
    const { server, session, steps } = await begin();
    await server.pass(5_000);
    await server.pass(9_999);
    expect(session.state).toBe('authenticating');
    await server.pass(1);
    expect(steps).toContain('waiting credentialsUnanswered 0');
  });

  it('is repeated after at least one second', async () => {
    const { server } = await begin();
    await server.pass(5_000);
    await server.send({ type: 'postponed', retryInMs: 0 });
    await server.pass(999);
    expect(server.received).toHaveLength(2);
    await server.pass(1);
    expect(server.received).toHaveLength(3);
  });

  it('is repeated with a random delay of half the wait, and of at most one second', () => {
    expect([0, 1].map((chance) => repeatMs(8_000, () => chance))).toEqual([8_000, 9_000]);
    expect([0, 1].map((chance) => repeatMs(0, () => chance))).toEqual([1_000, 1_500]);
    expect(repeatMs(3_600_000, () => 1)).toBe(3_601_000);
  });
});

describe('If the server closes the connection before the time is over, the client', () => {
  it('sends the postponed credentials over a new connection at that time', async () => {
    const { server, session, steps } = await begin();
    await server.pass(2_000);
    await server.close(TOO_LATE, 'not signed in in time');
    expect([session.path, server.connections]).toEqual(['postponed.disconnected', 1]);
    await server.pass(2_999);
    expect(server.connections).toBe(1);
    await server.pass(1);
    expect([connectionsOf(server), passwords(server)]).toEqual([
      [1, 2],
      ['123456', '123456'],
    ]);
    await server.send(authenticated);
    expect(session.state).toBe('ready');
    expect(steps).toEqual([
      'authenticating',
      'postponed credentialsPostponed 5000',
      'connecting credentialsPostponed',
      'authenticating credentialsPostponed',
      'ready',
    ]);
  });

  it('makes no further request for credentials', async () => {
    let requests = 0;
    const { server, session } = await begin({
      credentials: () => {
        requests += 1;
        return right;
      },
    });
    await server.close(TOO_LATE);
    await server.pass(5_000);
    await server.send(authenticated);
    expect([session.state, requests]).toEqual(['ready', 1]);
  });

  it('repeats an attempt that the close interrupted over a new connection', async () => {
    const { server, session } = await begin();
    await server.pass(5_000);
    await server.close(TOO_LATE);
    expect([session.state, session.reason]).toEqual(['waiting', 'authenticationTimedOut']);
    await server.pass(0);
    await server.send(authenticated);
    expect([session.state, connectionsOf(server)]).toEqual(['ready', [1, 1, 2]]);
  });

  it('waits until it can reach the server', async () => {
    const { server, session } = await begin({ chance: () => 0.5 });
    await server.close(1012, 'server restarts');
    server.isDown = true;
    await server.pass(5_500);
    expect([session.state, session.reason, server.connections]).toEqual(['waiting', 'connectionLost', 2]);
    server.isDown = false;
    await server.pass(500);
    await server.send(authenticated);
    expect([session.state, passwords(server)]).toEqual(['ready', ['123456', '123456']]);
  });

  it.each([
    ['signedOut', 4403],
    ['closed', 4400],
  ])('is %s after a reason that another attempt cannot mend', async (state, code) => {
    const { server, session } = await begin();
    await server.close(code);
    await server.pass(3_600_000);
    expect([session.state, server.connections]).toEqual([state, 1]);
  });

  it('goes on signing in even without reconnecting', async () => {
    const { server, session } = await begin({ reconnect: false, chance: () => 0.5 });
    await server.close(TOO_LATE);
    server.isDown = true;
    await server.pass(5_500);
    expect(session.state).toBe('waiting');
    server.isDown = false;
    await server.pass(500);
    await server.send(authenticated);
    expect([session.state, passwords(server)]).toEqual(['ready', ['123456', '123456']]);
    await server.close(1006);
    expect([session.state, session.reason]).toEqual(['closed', 'connectionLost']);
  });
});

describe('While an attempt is postponed, the program', () => {
  it.each([false, true])('can close (connection lost: %s)', async (isGone) => {
    const { server, session } = await begin();
    if (isGone) await server.close(TOO_LATE);
    session.close();
    await server.pass(3_600_000);
    expect(await session.closed).toBe('clientLeft');
    expect([server.received.length, server.connections, server.clock.pending]).toEqual([1, 1, 0]);
  });

  it('cannot shorten the wait by resume()', async () => {
    const { server, session } = await begin();
    session.resume();
    await server.pass(4_999);
    expect(server.received).toHaveLength(1);
    await server.close(TOO_LATE);
    session.resume();
    await server.pass();
    expect(server.connections).toBe(1);
  });

  it.each([false, true])(
    'can resume with other credentials, which are sent at once (connection lost: %s)',
    async (isGone) => {
      const { server, session } = await begin({ credentials: wrong });
      if (isGone) await server.close(TOO_LATE);
      session.resume(right);
      await server.pass();
      expect(passwords(server)).toEqual(['1', '123456']);
      await server.send(authenticated);
      await server.pass(60_000);
      expect([session.state, server.received.length]).toEqual(['ready', 2]);
    },
  );

  it('can queue messages, which are sent after the sign-in', async () => {
    const { server, session } = await begin({ queue: 1 });
    session.send('hello');
    await server.pass(5_000);
    await server.send(authenticated);
    expect(server.received.at(-1)?.message).toEqual({ type: 'message', text: 'hello' });
  });
});

describe('A postponed renewal', () => {
  it('is repeated after the server’s time, and the session goes on', async () => {
    const server = scriptedServer();
    const credentials = (): GivenCredentials => ({ token: 'abc' });
    const { session, steps } = server.connect({ credentials });
    await server.pass();
    await server.send({ ...authenticated, expiresInMs: 100_000 });
    await server.pass(80_000);
    await server.send({ type: 'error', error: 'refreshPostponed', retryInMs: 7_000 });
    expect(session.path).toBe('ready.steady');
    await server.pass(6_999);
    expect(server.received).toHaveLength(2);
    await server.pass(1);
    expect(server.received.map(({ message }) => message['type'])).toEqual([
      'authenticate',
      'refresh',
      'refresh',
    ]);
    await server.send({ type: 'refreshed', user: 'admin', expiresInMs: 100_000 });
    expect([session.state, steps]).toEqual(['ready', ['authenticating', 'ready']]);
  });
});

describe('With the sessions of a real server', () => {
  it('the right password signs in, though the server closes first each time', async () => {
    let verifications = 0;
    const net = network({
      authenticate: () => {
        verifications += 1;
        return verifications < 4 ? postpone(15_000) : accept('admin');
      },
    });
    const { session } = net.connect();
    for (let wait = 0; wait < 4; wait += 1) {
      await net.pass(10_000);
      await net.pass(12_500);
    }
    expect([session.state, net.attempts, verifications]).toEqual(['ready', 4, 4]);
    expect(net.endings.map(({ reason }) => reason)).toEqual(Array(3).fill('authenticationTimedOut'));
  });

  it('in the text protocol a postponement is a refusal, and the credentials are not sent again', async () => {
    const net = network({ authenticate: () => postpone(1_000) });
    const { session } = net.connect({ protocol: 'text' });
    await net.pass(3_600_000);
    expect([session.state, session.reason, net.sent.length]).toEqual(['signedOut', 'credentialsRefused', 1]);
  });

  it('a wrong password that is verified in the end is refused for good', async () => {
    const verdicts = [postpone(2_000), refuse()];
    const net = network({ authenticate: () => verdicts.shift() ?? accept('admin') });
    const { session } = net.connect({ credentials: wrong });
    await net.pass(3_600_000);
    expect([session.state, session.reason, net.sent.length]).toEqual(['signedOut', 'credentialsRefused', 2]);
  });
});
