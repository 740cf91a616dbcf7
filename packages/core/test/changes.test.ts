/** Origins and limits that change while the server runs. */
import { createSessions } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { admin, harness } from './harness.ts';
import { upgradeRequest } from './raw-request.ts';

const origin = 'https://app.example';

describe('changeOrigins', () => {
  const statusOf = (sessions: ReturnType<typeof harness>['sessions'], from: string) => {
    const admission = sessions.admit({ ...upgradeRequest, origin: from });
    return 'status' in admission ? admission.status : 101;
  };

  it('lets pages of the new origins connect at once, and those of the old ones no more', () => {
    const { sessions } = harness({ origins: ['https://old.example'] });
    expect([statusOf(sessions, origin), statusOf(sessions, 'https://old.example')]).toEqual([403, 101]);
    sessions.changeOrigins([origin]);
    expect([statusOf(sessions, origin), statusOf(sessions, 'https://old.example')]).toEqual([101, 403]);
    sessions.changeOrigins([]);
    expect(statusOf(sessions, origin)).toBe(403);
  });

  it('refuses a list that is not of texts, and changes nothing', () => {
    const { sessions } = harness({ origins: [origin] });
    for (const wrong of ['https://other.example', [1], undefined])
      expect(() => sessions.changeOrigins(wrong as never)).toThrow('origins must be an array of strings');
    expect(statusOf(sessions, origin)).toBe(101);
  });

  it('refuses an origin that an attacker can write to, where a cookie signs in, and changes nothing', () => {
    const { sessions } = harness({ origins: [origin] });
    sessions.requestReader({ credentials: { cookie: 'sid' } }, true);
    for (const open of ['null', 'http://app.example'])
      expect(() => sessions.changeOrigins([origin, open])).toThrow(
        `credentials.cookie cannot be used while origins lists ${open}`,
      );
    expect([statusOf(sessions, origin), statusOf(sessions, 'null')]).toEqual([101, 403]);
  });
});

describe('changeLimits', () => {
  it('changes the limit on the message rate also for a session that has sent before', () => {
    const { signIn, sessions } = harness();
    const client = signIn();
    client.send('one');
    sessions.changeLimits({ messagesPerSecond: 1, burst: 2 });
    client.send('two', 'three');
    expect(client.received().at(-1)).toBe('your submit context: three');
    client.send('four');
    expect(client.received().at(-1)).toBe('close 4429');
  });

  it('lifts the limit on the message rate', () => {
    const { signIn, sessions } = harness({ limits: { messagesPerSecond: 1, burst: 1 } });
    const client = signIn();
    sessions.changeLimits({ messagesPerSecond: undefined });
    client.send('one', 'two', 'three');
    expect(client.received().at(-1)).toBe('your submit context: three');
    expect(sessions.limits.messagesPerSecond).toBe(Number.POSITIVE_INFINITY);
    expect(sessions.limits.burst).toBe(1);
  });

  it('ends open sessions that are idle for longer than the new limit', () => {
    const { signIn, sessions, clock } = harness();
    const client = signIn();
    client.connection.answersPings = true;
    clock.advance(60_000);
    expect(client.received()).not.toContain('close 4410');
    sessions.changeLimits({ idleMs: 30_000 });
    clock.advance(2_000);
    expect(client.received()).toContain('close 4410');
  });

  it('gives sessions that open later another time to sign in', () => {
    const { connect, sessions, clock } = harness();
    const before = connect();
    sessions.changeLimits({ authenticationMs: 5_000 });
    const after = connect();
    clock.advance(4_999);
    expect(after.received()).toEqual([]);
    clock.advance(1);
    expect([before.received(), after.received()]).toEqual([[], ['close 4408']]);
  });

  it('changes how many sessions may be unauthenticated, in all and for each source', () => {
    const { connect, sessions } = harness();
    for (let one = 0; one < 3; one += 1) connect();
    const status = () => sessions.admit({ ...upgradeRequest, address: '192.0.2.1' });
    expect(status()).not.toHaveProperty('status');
    sessions.changeLimits({ unauthenticatedPerSource: 3 });
    expect(status()).toMatchObject({ status: 429 });
    sessions.changeLimits({
      unauthenticatedPerSource: undefined,
      unauthenticatedSessions: 3,
      earlyRefusalSessions: 2,
    });
    expect(status()).toMatchObject({ status: 503 });
  });

  it('refuses a limit that cannot change, one that does not exist, and a wrong value, and changes nothing', () => {
    const sessions = createSessions({ authenticate: admin, clock: new SimulatedClock() });
    const before = { ...sessions.limits };
    for (const [changes, message] of [
      [{ idleMs: 5, messageBytes: 1 }, 'limits.messageBytes cannot change while the server runs'],
      [{ idleMs: 5, attempts: 1 }, 'limits.attempts cannot change while the server runs'],
      [{ idleMs: 5, idelMs: 1 }, 'did you mean limits.idleMs?'],
      [{ idleMs: 5, burst: 0 }, 'limits.burst must be a whole number of at least 1, or Infinity, not 0'],
    ] as const)
      expect(() => sessions.changeLimits(changes as never)).toThrow(message);
    expect(sessions.limits).toEqual(before);
  });
});
