/** Stories of lost connections: the client does what the table of reasons says. */
import { accept, refuse } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { network } from './network.ts';

async function ready(options: Parameters<typeof network>[0] = {}) {
  const net = network(options);
  const all = { net, ...net.connect() };
  await net.pass(10_000);
  return all;
}

describe('A lost connection', () => {
  it('is replaced after waits that double up to 30 s while no server answers', async () => {
    const { net, session, changes } = await ready();
    net.isDown = true;
    net.cut();
    for (let second = 0; second < 240; second += 1) await net.pass(500);
    const waits = changes.flatMap(({ retryInMs }) => retryInMs ?? []);
    expect(waits.slice(0, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    net.isDown = false;
    await net.pass(15_000);
    await net.pass(15_000);
    await session.ready;
    expect([session.state, session.reason]).toEqual(['ready', undefined]);
  });

  it('gives the session a new `ready` promise', async () => {
    const { net, session } = await ready();
    const first = session.ready;
    net.cut();
    await net.pass();
    expect(session.ready).not.toBe(first);
    await net.pass(500);
    await session.ready;
  });

  it('is not replaced with reconnect: false', async () => {
    const net = network();
    const { session } = net.connect({ reconnect: false });
    await net.pass();
    net.cut();
    await net.pass(60_000);
    expect([session.state, await session.closed, net.attempts]).toEqual(['closed', 'connectionLost', 1]);
  });

  it.each(['expired', 'attemptsUsedUp'] as const)(
    'with the reason %s ends the session with reconnect: false',
    async (reason) => {
      let count = 0;
      const credentials = () => {
        count += 1;
        return { token: `t${count}` };
      };
      const authenticate = () => (reason === 'expired' ? accept('ada', { expiresInMs: 5_000 }) : refuse());
      const net = network({ authenticate });
      const { session } = net.connect({ reconnect: false, protocol: 'text', credentials });
      await net.pass(5_000);
      await net.pass(60_000);
      expect([session.state, await Promise.race([session.closed, 'never']), net.attempts]).toEqual([
        'closed',
        reason,
        1,
      ]);
    },
  );

  it('is replaced at once by resume()', async () => {
    const { net, session } = await ready();
    net.cut();
    await net.pass();
    session.resume();
    await net.pass();
    expect(session.state).toBe('ready');
  });
});

describe('After a server that', () => {
  it('restarts, the client reconnects', async () => {
    const { net, session, changes } = await ready();
    void net.sessions.drain();
    await net.pass(5_000);
    net.serve();
    expect(changes).toContainEqual({ state: 'waiting', reason: 'draining', retryInMs: 500, unsent: 0 });
    await net.pass(30_000);
    expect(session.state).toBe('ready');
  });

  it('never answers the upgrade, the client tries again', async () => {
    const net = network();
    class Mute {
      binaryType = '';
      send() {}
      close() {}
      addEventListener() {}
    }
    const { changes } = net.connect({ WebSocket: Mute });
    await net.pass(15_000);
    expect(changes.at(-1)).toMatchObject({ state: 'waiting', reason: 'connectionLost' });
  });

  it('does not answer the credentials in time, the client tries again', async () => {
    const net = network({ authenticate: () => new Promise(() => {}), limits: { verificationMs: 60_000 } });
    const { changes } = net.connect();
    await net.pass(10_000);
    expect(changes.at(-1)).toMatchObject({ state: 'waiting', reason: 'credentialsUnanswered' });
  });

  it('says that the verification timed out, the session has that reason', async () => {
    const net = network({ authenticate: () => new Promise(() => {}) });
    const { changes } = net.connect();
    await net.pass(5_000);
    expect(changes.at(-1)).toMatchObject({ state: 'waiting', reason: 'verificationTimedOut' });
  });

  it('closes for too many messages, the client waits at least 30 s', async () => {
    const { net, session, changes } = await ready({ limits: { messagesPerSecond: 1, burst: 5 } });
    for (let count = 0; count < 20; count += 1) session.send('x');
    await net.pass();
    expect(changes.at(-1)).toEqual({
      state: 'waiting',
      reason: 'tooManyMessages',
      retryInMs: 30_500,
      unsent: 0,
    });
    await net.pass(30_499);
    expect(session.state).toBe('waiting');
    await net.pass(1);
    expect(session.state).toBe('ready');
  });

  it('fails in its application, the client reconnects', async () => {
    const { net, session } = await ready({
      application: () => {
        throw new Error('broken');
      },
    });
    session.send('x');
    await net.pass();
    expect([session.state, session.reason]).toEqual(['waiting', 'applicationFailed']);
  });

  it('revokes the sign-in, the client reconnects only by resume()', async () => {
    const { net, session } = await ready();
    net.sessions.revoke('admin');
    await net.pass(120_000);
    expect([session.state, session.reason, net.attempts]).toEqual(['signedOut', 'revoked', 1]);
    session.resume();
    await net.pass();
    expect(session.state).toBe('ready');
  });

  it('closes an idle session, the client is signed out', async () => {
    const { net, session } = await ready({ limits: { idleMs: 15_000 } });
    await net.pass(15_000);
    await net.pass(60_000);
    expect([session.state, session.reason]).toEqual(['signedOut', 'idle']);
  });

  it('closes the session in its application, the client never reconnects', async () => {
    const { net, session } = await ready();
    for (const one of net.sessions) one.close('bye');
    await net.pass(120_000);
    expect([session.state, await session.closed, net.attempts]).toEqual(['closed', 'applicationClosed', 1]);
    session.resume();
    await net.pass(120_000);
    expect([session.state, net.attempts]).toEqual(['closed', 1]);
  });

  it('refuses a message as too big, the client never reconnects', async () => {
    const { net, session } = await ready();
    session.send('x'.repeat(70_000));
    await net.pass();
    expect([session.state, session.reason]).toEqual(['closed', 'messageTooBig']);
  });
});

describe('A thousand clients', () => {
  it('that lose one server do not all reconnect at the same time', async () => {
    // At first they all connect at once, which the default limits do not allow.
    const limits = { unauthenticatedSessions: 1_001, earlyRefusalSessions: 1_001 };
    const net = network({ authenticate: () => accept('admin'), limits });
    let seed = 1;
    const chance = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const clients = Array.from({ length: 1_000 }, () => net.connect({ chance }));
    await net.pass(10_000);
    const before = net.attempts;
    net.cut();
    await net.pass();
    const perTenth: number[] = [];
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const already = net.attempts;
      await net.pass(100);
      perTenth.push(net.attempts - already);
    }
    expect(net.attempts - before).toBe(1_000);
    expect(Math.max(...perTenth)).toBeLessThan(160);
    expect(clients.every(({ session }) => session.state === 'ready')).toBe(true);
  });
});
