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
  ] as const)('A6, A8, E7, E11, E21: with %i ends the session as %s', (code, reason) => {
    const { signIn, endings, sessions, clock } = harness();
    signIn().connection.closed(code);
    expect(endings).toEqual([{ reason, code, openMs: 0 }]);
    expect([sessions.size, clock.pending]).toEqual([0, 0]);
  });

  it('E16: twice ends it once', () => {
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

  it('E15: inside a send is not called again, and the step goes to its end', () => {
    const { connect, faults, endings, trace } = harness();
    const client = connect();
    client.connection.sendResult = () => {
      client.connection.closed(1006);
      return 'dropped';
    };
    client.say('admin:123456', 'hello');
    expect(client.heard()).toEqual([CONGRATULATION]);
    expect(faults).toEqual([]);
    expect(endings).toHaveLength(1);
    expect(trace.at(-1)).toBe('abandonRequests');
  });
});

describe('a connection that closes inside a send', () => {
  it('E15: is sent nothing more by an application that goes on', () => {
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
    client.say('hello');
    expect(results).toEqual(['buffered', 'closed']);
    expect(client.heard()).toEqual([CONGRATULATION, 'one']);
    expect([endings[0]?.reason, sessions.size]).toEqual(['pageLeft', 0]);
  });

  it('is over for what has waited: none of it reaches the application', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { application, messages } = manualApplication();
    const { connect, endings } = harness({ authenticate, application });
    const client = connect();
    client.say('admin:123456', 'hello');
    client.connection.sendResult = () => {
      client.connection.closed(1001);
      return 'sent';
    };
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    expect(messages).toEqual([]);
    expect(endings).toMatchObject([{ reason: 'pageLeft' }]);
  });

  it('is not told to close, though that was the next command', () => {
    const { connect, faults, endings } = harness({ limits: { attempts: 1 } });
    const client = connect();
    client.connection.sendResult = () => {
      client.connection.closed(1006);
      return 'sent';
    };
    client.say('admin:1');
    expect(faults).toEqual([]);
    expect(endings).toMatchObject([{ reason: 'connectionLost', code: 1006 }]);
  });

  it('before the answer is sent none', () => {
    const { connect, faults } = harness({
      observe: { command: (_, { type }) => type === 'answer' && client.connection.closed(1006) },
    });
    const client = connect();
    client.say('admin:123456');
    expect([client.heard(), faults]).toEqual([[], []]);
  });
});

describe('a session closed from inside opened', () => {
  it('E16: says so with its first frame, and is over when the client answers', () => {
    const { connect, sessions, endings } = harness({
      observe: { opened: (session) => session.close('not today') },
    });
    const client = connect();
    expect(client.connection.recorded).toEqual([{ close: 1000, reason: 'not today' }]);
    client.say('admin:123456');
    client.connection.closed(1000);
    expect(client.heard()).toEqual(['close 1000']);
    expect([sessions.size, endings.length]).toEqual([0, 1]);
  });
});

describe('the close handshake', () => {
  it('E18: that nobody answers is cut after 3 s, under the reason it was begun for', () => {
    const { signIn, clock, endings } = harness();
    const client = signIn();
    client.session.close();
    clock.advance(2_999);
    expect(client.heard()).not.toContain('terminated');
    clock.advance(1);
    expect(client.heard()).toEqual([CONGRATULATION, 'close 1000', 'terminated']);
    expect(endings).toEqual([{ reason: 'applicationClosed', code: 1000, openMs: 3_000 }]);
  });

  it('that is answered from inside close leaves nothing armed', () => {
    const { signIn, clock, sessions } = harness();
    const client = signIn();
    client.connection.answersClose = true;
    client.session.close();
    expect([sessions.size, clock.pending]).toEqual([0, 0]);
  });

  it('keeps nobody waiting for replies', async () => {
    const { application, replies } = manualApplication();
    const { signIn } = harness({ application });
    const client = signIn();
    client.say('slow');
    client.session.close();
    replies[0]?.resolve('late');
    await flushMicrotasks();
    expect(client.heard()).toEqual([CONGRATULATION, 'close 1000']);
  });
});

describe('an identity', () => {
  it('A45: that expires ends the session with it', () => {
    const { connect, clock, endings } = harness({
      authenticate: () => accept('admin', { expiresInMs: 60_000 }),
    });
    const client = connect();
    client.say('Bearer abc');
    clock.advance(59_999);
    expect(client.heard()).not.toContain('close 4419');
    clock.advance(1);
    expect(client.heard().at(-1)).toBe('close 4419');
    client.connection.closed(4419);
    expect(endings).toMatchObject([{ reason: 'expired', code: 4419 }]);
  });

  it('that expires in more milliseconds than a timer holds expires then, and not at once', () => {
    const days30 = 30 * 24 * 3_600_000;
    const { connect, clock } = harness({
      authenticate: () => accept('admin', { expiresInMs: days30 }),
      limits: { silenceMs: Number.POSITIVE_INFINITY, pingMs: Number.POSITIVE_INFINITY },
    });
    const client = connect();
    client.say('Bearer abc');
    clock.advance(days30 - 1);
    expect(client.heard()).toEqual([CONGRATULATION]);
    clock.advance(1);
    expect(client.heard().at(-1)).toBe('close 4419');
  });
});

describe('A45: an identity that expires on the wall clock', () => {
  const at = (expiresAtMs: number, more: { expiresInMs?: number } = {}) =>
    harness({ authenticate: () => accept('admin', { expiresAtMs, ...more }) });
  const come = (all: ReturnType<typeof harness>) => {
    const client = all.connect();
    client.say('Bearer abc');
    return client;
  };

  it('ends the session at that time', () => {
    const all = at(60_000);
    const client = come(all);
    expect(client.session.identity).toEqual({ user: 'admin', expiresInMs: 60_000, expiresAtMs: 60_000 });
    all.clock.advance(59_999);
    expect(client.heard()).not.toContain('close 4419');
    all.clock.advance(1);
    expect(client.heard().at(-1)).toBe('close 4419');
  });

  it('ends the session at the next sweep after the process was suspended', () => {
    const all = at(3_600_000);
    const client = come(all);
    all.clock.advance(10_000);
    all.clock.moveWallClock(3_590_000);
    expect(client.heard()).not.toContain('close 4419');
    all.clock.advance(1_000);
    expect(client.heard().at(-1)).toBe('close 4419');
    expect(all.clock.pending).toBeLessThanOrEqual(2);
  });

  it('leaves other sessions alone, however the wall clock is corrected', () => {
    const all = harness({ authenticate: () => accept('admin', { expiresInMs: 60_000 }) });
    const [stranger, client] = [all.connect(), come(all)];
    all.clock.moveWallClock(3_600_000);
    all.clock.advance(59_000);
    expect([stranger.session.state, client.session.state]).toEqual([
      'authenticating.awaitingCredentials',
      'established.steady',
    ]);
  });

  it('ends by the earlier of both times, and not later when the wall clock goes back', () => {
    const sooner = at(60_000, { expiresInMs: 10_000 });
    expect(come(sooner).session.identity?.expiresInMs).toBe(10_000);
    const all = at(60_000, { expiresInMs: 90_000 });
    const client = come(all);
    all.clock.moveWallClock(-3_600_000);
    all.clock.advance(60_000);
    expect(client.heard().at(-1)).toBe('close 4419');
  });

  it('is not admitted if that time has passed', () => {
    const all = at(0);
    all.clock.advance(1);
    const client = come(all);
    expect(client.heard()).toEqual(['close 4419']);
    expect(all.sessions.counters.authenticated).toBe(0);
  });

  it('falls back to expiresInMs on a clock without wallNow, and fails closed without expiresInMs', () => {
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
    const client = come(both);
    clock.advance(59_999);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1);
    expect(client.heard().at(-1)).toBe('close 4419');

    const only = harness({ clock: plain, authenticate: () => accept('admin', { expiresAtMs: 1e15 }) });
    expect(come(only).heard()).toEqual(['close 1011']);
    expect(String(only.faults[0]?.error)).toContain('needs a clock with wallNow()');
  });

  it('fails closed on a wall clock that returns no number; one that throws is a fault, and the timer still counts', () => {
    const broken = new SimulatedClock();
    broken.wallNow = () => Number.NaN;
    const all = harness({ clock: broken, authenticate: () => accept('admin', { expiresAtMs: 1e15 }) });
    expect(come(all).heard()).toEqual(['close 1011']);

    const clock = new SimulatedClock();
    const later = harness({ clock, authenticate: () => accept('admin', { expiresAtMs: 5_000 }) });
    const client = come(later);
    clock.wallNow = () => {
      throw new Error('no wall clock');
    };
    clock.advance(5_000);
    expect(client.heard().at(-1)).toBe('close 4419');
    expect(later.faults[0]).toMatchObject({ source: 'session', session: undefined });
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, '5'])('is not one at %s', (expiresAtMs) => {
    expect(() => accept('admin', { expiresAtMs: expiresAtMs as never })).toThrow(
      'expiresAtMs must be a finite number of at least 0',
    );
    const verdict = { verdict: 'accepted', identity: { user: 'admin', expiresInMs: 1, expiresAtMs } };
    const all = harness({ authenticate: () => verdict as never });
    expect(come(all).heard()).toEqual(['close 1011']);
  });
});

describe('revoking a user', () => {
  it('A45: ends that user’s sessions and no other', () => {
    const { signIn, connect, sessions } = harness({
      authenticate: (given) => accept(given.type === 'password' ? given.username : ''),
    });
    const [first, second] = [signIn(), signIn()];
    const other = connect();
    other.say('eve:1');
    const stranger = connect();
    sessions.revoke('admin');
    expect(first.heard()).toEqual([CONGRATULATION, 'close 4403']);
    expect(second.heard()).toEqual([CONGRATULATION, 'close 4403']);
    expect(other.heard()).toEqual([CONGRATULATION]);
    expect(stranger.heard()).toEqual([]);
  });

  it('A45: voids what is verified at that moment, for that user', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    const { connect, sessions } = harness({ authenticate });
    const [revoked, other] = [connect(), connect()];
    revoked.say('admin:123456');
    other.say('eve:1');
    sessions.revoke('admin');
    sessions.revoke('mallory');
    verdicts[0]?.resolve(accept('admin'));
    verdicts[1]?.resolve(accept('eve'));
    await flushMicrotasks();
    expect(revoked.heard()).toEqual(['close 4403']);
    expect(other.heard()).toEqual([CONGRATULATION]);
  });

  it('does not void what is verified afterwards', () => {
    const { signIn, sessions } = harness();
    sessions.revoke('admin');
    expect(signIn().heard()).toEqual([CONGRATULATION]);
  });
});
