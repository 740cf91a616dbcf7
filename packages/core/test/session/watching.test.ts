/** Stories of clients that are slow, silent or idle, and of processes that are suspended. */
import { accept } from '@sallyport/core';
import { jsonProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { CONGRATULATION, flushMicrotasks, harness, manualAuthenticator } from '../harness.ts';

describe('a slow consumer', () => {
  it('E1: a slow consumer is cut when more than 1 MiB is unsent', () => {
    const { signIn, endings } = harness();
    const client = signIn();
    client.connection.sendResult = 'buffered';
    client.connection.bufferedAmount = 1_048_576;
    client.send('one');
    expect(client.session.state).toBe('established.steady');
    client.connection.bufferedAmount += 1;
    client.send('two');
    expect(client.received().at(-1)).toBe('terminated');
    expect(endings).toMatchObject([{ reason: 'stalled', code: 1006 }]);
  });

  it('E1: a slow consumer is cut when a message was dropped', () => {
    const { signIn, endings, sessions } = harness();
    const client = signIn();
    client.connection.sendResult = 'dropped';
    client.send('lost');
    expect(client.received().at(-1)).toBe('terminated');
    expect(endings).toMatchObject([{ reason: 'stalled' }]);
    expect(sessions.size).toBe(0);
  });

  it('E1: a slow consumer is cut when nothing was sent for 10 s, and not while something is', () => {
    const { signIn, clock } = harness();
    const client = signIn();
    client.connection.sendResult = 'buffered';
    client.connection.bufferedAmount = 1_000;
    client.send('one');
    clock.advance(9_000);
    client.connection.bufferedAmount = 999;
    clock.advance(9_000);
    client.connection.bufferedAmount = 5_000;
    clock.advance(1_000);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1_000);
    expect(client.received().at(-1)).toBe('terminated');
  });

  it.each([
    ['bytes', () => new Uint8Array(510)],
    ['a text', () => 'x'.repeat(510)],
    ['a text of two bytes a letter', () => 'é'.repeat(255)],
    ['a text of three bytes a letter', () => '语'.repeat(170)],
  ])('E1: a consumer is not cut while bytes leave and as many or more follow: %s', (_, next) => {
    for (const takes of [510, 509, 1, 0]) {
      const { signIn, clock } = harness();
      const { connection, session, received } = signIn();
      connection.sendResult = 'buffered';
      connection.bufferedAmount = 510;
      session.send(next());
      for (let second = 1; second <= 10; second += 1) {
        expect(session.state).toBe('established.steady');
        connection.bufferedAmount += 510 - takes;
        session.send(next());
        clock.advance(1_000);
      }
      if (takes === 0) expect(received().at(-1)).toBe('terminated');
      else expect(session.state).toBe('established.steady');
    }
  });

  it('a consumer is watched and cut also if data turns out to wait only later', () => {
    const { signIn, clock } = harness();
    const [clogged, slow] = [signIn(), signIn()];
    for (const client of [clogged, slow]) client.send('one');
    clogged.connection.bufferedAmount = 1_048_577;
    clogged.receiver.buffered();
    expect(clogged.received().at(-1)).toBe('terminated');
    slow.connection.bufferedAmount = 1;
    slow.receiver.buffered();
    expect(slow.session.state).toBe('established.steady');
    clock.advance(10_000);
    expect(slow.received().at(-1)).toBe('terminated');
    slow.receiver.buffered();
  });

  it('a slow consumer is not cut once everything has left', () => {
    const { signIn, clock } = harness();
    const client = signIn();
    client.connection.sendResult = 'buffered';
    client.connection.bufferedAmount = 1_000;
    client.send('one');
    clock.advance(9_000);
    client.receiver.drained();
    clock.advance(20_000);
    expect(client.session.state).toBe('established.steady');
  });

  it('a slow consumer is not cut either if the adapter does not report that everything has left', () => {
    const { signIn, clock } = harness();
    const client = signIn();
    client.connection.sendResult = 'buffered';
    client.connection.bufferedAmount = 1_000;
    client.send('one');
    client.connection.bufferedAmount = 0;
    clock.advance(20_000);
    expect(client.session.state).toBe('established.steady');
  });

  it('a slow consumer is cut also during the close handshake', () => {
    const { signIn, clock } = harness({ limits: { closeMs: 60_000 } });
    const client = signIn();
    client.connection.sendResult = 'buffered';
    client.connection.bufferedAmount = 1_000;
    client.send('one');
    client.session.close();
    clock.advance(10_000);
    expect(client.received().slice(-2)).toEqual(['close 1000', 'terminated']);
  });
});

describe('the heartbeat', () => {
  it('E9: the server pings every 25 s from the opening on', () => {
    const { connect, clock } = harness();
    const client = connect();
    const times: number[] = [];
    for (let second = 1; second < 60; second += 1) {
      clock.advance(1_000);
      if (client.received().filter((what) => what === 'ping').length > times.length) times.push(second);
    }
    expect(times.length).toBe(2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(25);
  });

  it('the text protocol has no heartbeat message', () => {
    const { signIn, clock } = harness();
    const client = signIn();
    clock.advance(60_000);
    expect(client.received().slice(1)).toEqual(['ping', 'ping']);
  });

  it('the pings of many sessions are spread over time', () => {
    const { connect, clock } = harness();
    const clients = Array.from({ length: 50 }, connect);
    clock.advance(1_000);
    expect(clients.filter((client) => client.received().includes('ping'))).toHaveLength(2);
  });

  it('E9: a client that is silent for longer than its protocol allows is cut', () => {
    const { signIn, clock, endings } = harness();
    const client = signIn();
    clock.advance(200_000);
    client.receiver.ponged();
    clock.advance(299_000);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1_000);
    expect(client.received().at(-1)).toBe('terminated');
    expect(endings).toMatchObject([{ reason: 'silent', code: 1006 }]);
  });

  it('E9: every message is a sign of life, read or not, and no pong is needed', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect, clock } = harness({
      authenticate,
      application: () => undefined,
      limits: {
        pingMs: Number.POSITIVE_INFINITY,
        silenceMs: 5_000,
        authenticationMs: 60_000,
        verificationMs: 60_000,
      },
    });
    const client = connect();
    const talk = (...messages: string[]) => {
      for (const message of messages) {
        clock.advance(4_000);
        client.send(message);
      }
    };
    // Before the credentials, while they are verified, and after the acceptance.
    talk('no colon', 'admin:123456', 'one', 'two');
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    talk('three', 'four', 'five');
    expect(client.session.state).toBe('established.steady');
    clock.advance(4_000);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1_000);
    expect(client.received().at(-1)).toBe('terminated');
  });

  it('E27: a process that was suspended does not take its clients for silent', () => {
    const { signIn, clock } = harness({ limits: { pingMs: 5_000, silenceMs: 10_000 } });
    const client = signIn();
    const { setTimeout } = clock;
    // The process is suspended: the clock advances by a minute, and the sweep comes only after that.
    clock.setTimeout = (callback, ms) => setTimeout.call(clock, callback, ms + 60_000);
    clock.advance(1_000);
    clock.advance(61_000);
    expect(client.session.state).toBe('established.steady');
  });
});

describe('idleMs', () => {
  it('E10: a user who sends no messages is closed as idle; pongs are not messages', () => {
    const { signIn, clock, endings } = harness({ limits: { idleMs: 60_000 } });
    const client = signIn();
    clock.advance(59_000);
    client.receiver.ponged();
    client.send('here');
    clock.advance(59_000);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1_000);
    expect(client.received().at(-1)).toBe('close 4410');
    client.connection.closed(4410);
    expect(endings).toMatchObject([{ reason: 'idle', code: 4410 }]);
  });

  it('E10: idle time counts from the acceptance, for any duration of the verification', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect, clock } = harness({
      authenticate,
      limits: { idleMs: 10_000, verificationMs: 60_000, authenticationMs: 60_000 },
    });
    const client = connect();
    client.send('admin:123456');
    clock.advance(8_000);
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    clock.advance(9_000);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1_000);
    expect(client.received().at(-1)).toBe('close 4410');
  });

  it('E10: idle time counts from the last message, with or without a reply, and not from a refresh', async () => {
    const { connect, clock } = harness({
      authenticate: () => accept('admin', { expiresInMs: 600_000 }),
      application: () => undefined,
      protocols: [jsonProtocol],
      limits: { idleMs: 10_000 },
    });
    const client = connect();
    client.send('{"type":"authenticate","token":"a"}');
    for (let round = 0; round < 5; round += 1) {
      clock.advance(9_000);
      client.send('{"type":"message","text":"here"}');
    }
    clock.advance(9_000);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1_000);
    expect(client.received().at(-1)).toBe('close 4410');
  });

  it('a client that is not signed in is not idle', () => {
    const { connect, clock } = harness({ limits: { idleMs: 5_000 } });
    const client = connect();
    clock.advance(20_000);
    expect(client.received()).not.toContain('close 4410');
  });
});

describe('the sweep', () => {
  it('S22: a day of sweeps cuts no client that answers pings, and leaves one timer', () => {
    const { signIn, clock, sessions } = harness();
    const clients = Array.from({ length: 20 }, signIn);
    const DAY_S = 86_400;
    for (let second = 0; second < DAY_S; second += 60) {
      clock.advance(60_000);
      for (const { receiver } of clients) receiver.ponged();
    }
    expect(sessions.countByState()).toEqual({ 'established.steady': 20 });
    expect(sessions.counters).toMatchObject({ opened: 20, closed: 0, faults: 0 });
    expect(clock.pending).toBe(1);
    for (const client of clients) {
      const pings = client.received().filter((what) => what === 'ping').length;
      expect(pings).toBeGreaterThanOrEqual(Math.floor(DAY_S / 25) - 1);
      expect(pings).toBeLessThanOrEqual(Math.ceil(DAY_S / 25));
    }
    for (const client of clients) client.connection.closed(1000);
    expect(clock.pending).toBe(0);
  });

  it('the sweep has a timer only while there are sessions', () => {
    const { signIn, clock } = harness();
    expect(clock.pending).toBe(0);
    const client = signIn();
    expect(clock.pending).toBe(1);
    client.connection.closed(1000);
    expect(clock.pending).toBe(0);
  });

  it('the sweep runs as often as the shortest limit needs', () => {
    const { signIn, clock } = harness({ limits: { pingMs: Number.POSITIVE_INFINITY, silenceMs: 200 } });
    const client = signIn();
    clock.advance(199);
    expect(client.received()).toEqual([CONGRATULATION]);
    clock.advance(1);
    expect(client.received()).toEqual([CONGRATULATION, 'terminated']);
  });
});
