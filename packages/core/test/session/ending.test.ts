/** Stories of how sessions end (PROTOCOL.md, section 4). */
import { accept } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import {
  CONGRATULATION,
  flushMicrotasks,
  harness,
  manualApplication,
  manualAuthenticator,
} from '../harness.ts';

describe('a connection that closes', () => {
  it.each([
    [1000, 'clientLeft'],
    [1001, 'pageLeft'],
    [1002, 'protocolError'],
    [1005, 'clientLeft'],
    [1006, 'connectionLost'],
    [1007, 'protocolError'],
    [1009, 'messageTooBig'],
    [4000, 'clientLeft'],
  ] as const)(
    'A6, A8, E7, E11, E21: a connection that closes with %i ends the session as %s',
    (code, reason) => {
      const { signIn, endings, sessions, clock } = harness();
      signIn().connection.closed(code);
      expect(endings).toEqual([{ reason, code, openMs: 0 }]);
      expect([sessions.size, clock.pending]).toEqual([0, 0]);
    },
  );

  it('E16: a connection that closes twice ends the session once', () => {
    const { signIn, endings } = harness();
    const client = signIn();
    client.connection.closed(1000);
    client.connection.closed(1006);
    client.receiver.receive('late', 4);
    client.receiver.drained();
    client.receiver.ponged();
    client.session.close();
    expect(endings).toHaveLength(1);
  });

  it('E15: a connection that closes inside send is not called again, and the step runs to its end', () => {
    const { connect, faults, endings, trace } = harness({}, 'traced');
    const client = connect();
    client.connection.sendResult = () => {
      client.connection.closed(1006);
      return 'dropped';
    };
    client.send('admin:123456', 'hello');
    expect(client.received()).toEqual([CONGRATULATION]);
    expect(faults).toEqual([]);
    expect(endings).toHaveLength(1);
    expect(trace.at(-1)).toBe('abandonRequests');
  });
});

describe('a connection that closes inside a send', () => {
  it('E15: an application that goes on sending sends nothing more', () => {
    const { signIn, endings, sessions } = harness({
      application: (_, session) => {
        results.push(session.send('one'), session.send('two'));
      },
    });
    const results: string[] = [];
    const client = signIn();
    client.connection.sendResult = () => {
      client.connection.closed(1001);
      return 'buffered';
    };
    client.send('hello');
    expect(results).toEqual(['buffered', 'closed']);
    expect(client.received()).toEqual([CONGRATULATION, 'one']);
    expect([endings[0]?.reason, sessions.size]).toEqual(['pageLeft', 0]);
  });

  it('messages that waited do not reach the application', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { application, messages } = manualApplication();
    const { connect, endings } = harness({ authenticate, application });
    const client = connect();
    client.send('admin:123456', 'hello');
    client.connection.sendResult = () => {
      client.connection.closed(1001);
      return 'sent';
    };
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(messages).toEqual([]);
    expect(endings).toMatchObject([{ reason: 'pageLeft' }]);
  });

  it('the connection is not told to close, although that was the next command', () => {
    const { connect, faults, endings } = harness({ limits: { attempts: 1 } });
    const client = connect();
    client.connection.sendResult = () => {
      client.connection.closed(1006);
      return 'sent';
    };
    client.send('admin:1');
    expect(faults).toEqual([]);
    expect(endings).toMatchObject([{ reason: 'connectionLost', code: 1006 }]);
  });

  it('a connection that closes before the answer is sent no answer', () => {
    const { connect, faults } = harness({
      observe: { command: (_, { type }) => type === 'answer' && client.connection.closed(1006) },
    });
    const client = connect();
    client.send('admin:123456');
    expect([client.received(), faults]).toEqual([[], []]);
  });
});

describe('a session that is closed inside opened', () => {
  it('E16: the close frame is the first frame, and the session ends when the client answers', () => {
    const { connect, sessions, endings } = harness({
      observe: { opened: (session) => session.close('not today') },
    });
    const client = connect();
    expect(client.connection.recorded).toEqual([{ close: 1000, reason: 'not today' }]);
    client.send('admin:123456');
    client.connection.closed(1000);
    expect(client.received()).toEqual(['close 1000']);
    expect([sessions.size, endings.length]).toEqual([0, 1]);
  });
});

describe('the close handshake', () => {
  it('E18: a close that the client does not answer is cut after 3 s, and the reason of the close stays', () => {
    const { signIn, clock, endings } = harness();
    const client = signIn();
    client.session.close();
    clock.advance(2_999);
    expect(client.received()).not.toContain('terminated');
    clock.advance(1);
    expect(client.received()).toEqual([CONGRATULATION, 'close 1000', 'terminated']);
    expect(endings).toEqual([{ reason: 'applicationClosed', code: 1000, openMs: 3_000 }]);
  });

  it('a close that is answered inside close() leaves no timer', () => {
    const { signIn, clock, sessions } = harness();
    const client = signIn();
    client.connection.answersClose = true;
    client.session.close();
    expect([sessions.size, clock.pending]).toEqual([0, 0]);
  });

  it('a close does not wait for replies', async () => {
    const { application, replies } = manualApplication();
    const { signIn } = harness({ application });
    const client = signIn();
    client.send('slow');
    client.session.close();
    replies[0]?.resolve('late');
    await flushMicrotasks();
    expect(client.received()).toEqual([CONGRATULATION, 'close 1000']);
  });
});

describe('an expiring identity', () => {
  it('A45: an identity that expires ends its session', () => {
    const { connect, clock, endings } = harness({
      authenticate: () => accept('admin', { expiresInMs: 60_000 }),
    });
    const client = connect();
    client.send('Bearer abc');
    clock.advance(59_999);
    expect(client.received()).not.toContain('close 4419');
    clock.advance(1);
    expect(client.received().at(-1)).toBe('close 4419');
    client.connection.closed(4419);
    expect(endings).toMatchObject([{ reason: 'expired', code: 4419 }]);
  });

  it('an expiry beyond the range of a timer comes at its time, and not at once', () => {
    const days30 = 30 * 24 * 3_600_000;
    const { connect, clock } = harness({
      authenticate: () => accept('admin', { expiresInMs: days30 }),
      limits: { silenceMs: Number.POSITIVE_INFINITY, pingMs: Number.POSITIVE_INFINITY },
    });
    const client = connect();
    client.send('Bearer abc');
    clock.advance(days30 - 1);
    expect(client.received()).toEqual([CONGRATULATION]);
    clock.advance(1);
    expect(client.received().at(-1)).toBe('close 4419');
  });
});

describe('A45: an identity that expires on the wall clock', () => {
  const at = (expiresAtMs: number, more: { expiresInMs?: number } = {}) =>
    harness({ authenticate: () => accept('admin', { expiresAtMs, ...more }) });
  const signedIn = (all: ReturnType<typeof harness>) => {
    const client = all.connect();
    client.send('Bearer abc');
    return client;
  };

  it('the session ends at that time', () => {
    const all = at(60_000);
    const client = signedIn(all);
    expect(client.session.identity).toEqual({ user: 'admin', expiresInMs: 60_000, expiresAtMs: 60_000 });
    all.clock.advance(59_999);
    expect(client.received()).not.toContain('close 4419');
    all.clock.advance(1);
    expect(client.received().at(-1)).toBe('close 4419');
  });

  it('the session ends at the next sweep after the process was suspended', () => {
    const all = at(3_600_000);
    const client = signedIn(all);
    all.clock.advance(10_000);
    all.clock.moveWallClock(3_590_000);
    expect(client.received()).not.toContain('close 4419');
    all.clock.advance(1_000);
    expect(client.received().at(-1)).toBe('close 4419');
    expect(all.clock.pending).toBeLessThanOrEqual(2);
  });

  it('a correction of the wall clock does not affect other sessions', () => {
    const all = harness({ authenticate: () => accept('admin', { expiresInMs: 60_000 }) });
    const [stranger, client] = [all.connect(), signedIn(all)];
    all.clock.moveWallClock(3_600_000);
    all.clock.advance(59_000);
    expect([stranger.session.state, client.session.state]).toEqual([
      'authenticating.awaitingCredentials',
      'established.steady',
    ]);
  });

  it('the earlier of both times ends the session, and not later if the wall clock goes back', () => {
    const sooner = at(60_000, { expiresInMs: 10_000 });
    expect(signedIn(sooner).session.identity?.expiresInMs).toBe(10_000);
    const all = at(60_000, { expiresInMs: 90_000 });
    const client = signedIn(all);
    all.clock.moveWallClock(-3_600_000);
    all.clock.advance(60_000);
    expect(client.received().at(-1)).toBe('close 4419');
  });

  it('an identity is not admitted if that time has passed', () => {
    const all = at(0);
    all.clock.advance(1);
    const client = signedIn(all);
    expect(client.received()).toEqual(['close 4419']);
    expect(all.sessions.counters.authenticated).toBe(0);
  });

  it('a clock without wallNow falls back to expiresInMs, and the session fails closed without expiresInMs', () => {
    const clock = new SimulatedClock();
    const { now, setTimeout, clearTimeout } = {
      now: () => clock.now(),
      setTimeout: (callback: () => void, ms: number) => clock.setTimeout(callback, ms),
      clearTimeout: (handle: unknown) => clock.clearTimeout(handle),
    };
    const plain = { now, setTimeout, clearTimeout };
    const both = harness({
      clock: plain,
      authenticate: () => accept('admin', { expiresAtMs: 1, expiresInMs: 60_000 }),
    });
    const client = signedIn(both);
    clock.advance(59_999);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1);
    expect(client.received().at(-1)).toBe('close 4419');

    const only = harness({ clock: plain, authenticate: () => accept('admin', { expiresAtMs: 1e15 }) });
    expect(signedIn(only).received()).toEqual(['close 1011']);
    expect(String(only.faults[0]?.error)).toContain('needs a clock with wallNow()');
  });

  it('a wall clock that returns no number fails closed; one that throws is a fault, and the timer still counts', () => {
    const broken = new SimulatedClock();
    broken.wallNow = () => Number.NaN;
    const all = harness({ clock: broken, authenticate: () => accept('admin', { expiresAtMs: 1e15 }) });
    expect(signedIn(all).received()).toEqual(['close 1011']);

    const clock = new SimulatedClock();
    const later = harness({ clock, authenticate: () => accept('admin', { expiresAtMs: 5_000 }) });
    const client = signedIn(later);
    clock.wallNow = () => {
      throw new Error('no wall clock');
    };
    clock.advance(5_000);
    expect(client.received().at(-1)).toBe('close 4419');
    expect(later.faults[0]).toMatchObject({ source: 'session', session: undefined });
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, '5'])(
    '%s is refused as a time of expiry',
    (expiresAtMs) => {
      expect(() => accept('admin', { expiresAtMs: expiresAtMs as never })).toThrow(
        'expiresAtMs must be a finite number of at least 0',
      );
      const verdict = { verdict: 'accepted', identity: { user: 'admin', expiresInMs: 1, expiresAtMs } };
      const all = harness({ authenticate: () => verdict as never });
      expect(signedIn(all).received()).toEqual(['close 1011']);
    },
  );
});

describe('revoke()', () => {
  it('A45: revoke() ends the sessions of that user and no other', () => {
    const { signIn, connect, sessions } = harness({
      authenticate: (given) => accept(given.type === 'password' ? given.username : ''),
    });
    const [first, second] = [signIn(), signIn()];
    const other = connect();
    other.send('eve:1');
    const stranger = connect();
    sessions.revoke('admin');
    expect(first.received()).toEqual([CONGRATULATION, 'close 4403']);
    expect(second.received()).toEqual([CONGRATULATION, 'close 4403']);
    expect(other.received()).toEqual([CONGRATULATION]);
    expect(stranger.received()).toEqual([]);
  });

  it('A45: revoke() voids a verification of that user that is under way', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect, sessions } = harness({ authenticate });
    const [revoked, other] = [connect(), connect()];
    revoked.send('admin:123456');
    other.send('eve:1');
    sessions.revoke('admin');
    sessions.revoke('mallory');
    verdicts[0]?.resolve(accept('admin'));
    verdicts[1]?.resolve(accept('eve'));
    await flushMicrotasks();
    expect(revoked.received()).toEqual(['close 4403']);
    expect(other.received()).toEqual([CONGRATULATION]);
  });

  it('revoke() does not void a later verification', () => {
    const { signIn, sessions } = harness();
    sessions.revoke('admin');
    expect(signIn().received()).toEqual([CONGRATULATION]);
  });
});
