import type { Fault, Observer, Session } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { canary } from '@sallyport/core/testing/canary';
import { passwordCredentials, type Reason, reasons, tokenCredentials } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../src/logging.ts';
import type { LogLevel } from '../src/options.ts';
import { createRepeatLimiter } from '../src/repeat-limiter.ts';
import { logFaults, observeForLog } from '../src/session-log.ts';
import { undocumentedIn } from './documented-events.ts';

const CANARY = canary.password;

function sessionOf(more: Partial<Session> = {}): Session {
  const send = () => 'sent' as const;
  const state = 'established.steady';
  return {
    id: 7,
    peer: { address: '192.0.2.7', context: undefined },
    state,
    identity: undefined,
    protocol: 'text',
    send,
    close() {},
    onEnd() {},
    ...more,
  };
}
const signedIn = sessionOf({ identity: { user: 'admin', expiresInMs: Number.POSITIVE_INFINITY } });

function record(level: LogLevel) {
  const lines: string[] = [];
  const log = createLogger(level, { write: (line: string) => void lines.push(line) });
  const clock = new SimulatedClock();
  const repeats = createRepeatLimiter(clock);
  const observe = observeForLog(log, repeats) as Required<Observer>;
  const events = () => {
    const all = lines.map((line) => JSON.parse(line));
    expect(all.map(undocumentedIn).filter((problem) => problem !== undefined)).toEqual([]);
    return all;
  };
  return { observe, fault: logFaults(log, clock, repeats), clock, lines, events };
}

describe('the log of sessions', () => {
  it('has a line per event with session, peer and user', () => {
    const { observe, events } = record('trace');
    const session = sessionOf({
      peer: { address: '192.0.2.7', origin: 'https://a.example', context: undefined },
    });
    observe.upgradeRefused(
      { address: '', origin: 'https://b.example\u202e', host: 'a', protocols: undefined, version: '13' },
      403,
      { address: '192.0.2.9' },
    );
    observe.opened(session);
    observe.verifying(session, passwordCredentials('admin', CANARY));
    observe.refused(session, 4);
    observe.verifying(session, passwordCredentials('eve', CANARY));
    observe.postponed(session, 1_500);
    observe.authenticated(signedIn);
    observe.refreshed(signedIn);
    observe.refreshFailed(signedIn, 'refreshRefused');
    observe.refreshFailed(signedIn, 'refreshTimedOut');
    observe.transition(signedIn, 'established.steady', 'closing');
    observe.closed(signedIn, { reason: 'draining', code: 1012, openMs: 5 });
    const who = { session: 7, peer: '192.0.2.7' };
    expect(events()).toMatchObject([
      {
        event: 'upgrade.refused',
        level: 'info',
        status: 403,
        peer: '192.0.2.9',
        origin: 'https://b.example\\u{202e}',
        host: 'a',
      },
      { event: 'session.opened', level: 'debug', ...who, protocol: 'text', origin: 'https://a.example' },
      { event: 'session.verifying', level: 'debug', ...who, user: 'admin' },
      { event: 'session.refused', level: 'info', ...who, user: 'admin', attemptsLeft: 4 },
      { event: 'session.verifying', ...who, user: 'eve' },
      { event: 'session.postponed', level: 'info', ...who, user: 'eve', retryInMs: 1_500 },
      { event: 'session.authenticated', level: 'info', ...who, user: 'admin' },
      { event: 'session.refreshed', level: 'info', ...who, user: 'admin' },
      {
        event: 'session.refreshFailed',
        level: 'info',
        ...who,
        user: 'admin',
        error: 'refreshRefused',
        msg: 'sign-in not refreshed: credentials refused',
      },
      { event: 'session.transition', level: 'trace', ...who, from: 'established.steady', to: 'closing' },
      {
        event: 'session.closed',
        level: 'info',
        ...who,
        user: 'admin',
        reason: 'draining',
        code: 1012,
        openMs: 5,
      },
    ]);
  });

  it('logs the end of an unauthenticated session at the level of its reason', () => {
    const { observe, events } = record('trace');
    for (const reason of Object.keys(reasons) as Reason[])
      observe.closed(sessionOf(), { reason, code: reasons[reason].code, openMs: 1 });
    expect(events().map(({ level, reason }) => [level, reason])).toEqual(
      Object.values(reasons).map(({ level, label }) => [level, label]),
    );
  });

  it('logs the end of a signed-in session at info or above, with its reason and duration', () => {
    const { observe, events } = record('info');
    for (const reason of Object.keys(reasons) as Reason[])
      observe.closed(signedIn, { reason, code: reasons[reason].code, openMs: 1 });
    expect(events().map(({ reason, user, openMs }) => [reason, user, openMs])).toEqual(
      Object.values(reasons).map(({ label }) => [label, 'admin', 1]),
    );
  });

  it('E29: sums refused upgrades, postponed sign-ins and closed unauthenticated sessions, a line a second each', () => {
    const { observe, events, clock } = record('info');
    const head = { address: '', origin: undefined, host: 'a', protocols: undefined, version: '13' };
    for (let i = 0; i < 100; i += 1) {
      observe.upgradeRefused(head, 403, signedIn.peer);
      observe.postponed(sessionOf(), 1_000);
      observe.closed(sessionOf(), { reason: 'attemptsUsedUp', code: 4401, openMs: 1 });
    }
    clock.advance(1_000);
    expect(events().map(({ event, count }) => [event, count])).toEqual([
      ['upgrade.refused', undefined],
      ['session.postponed', undefined],
      ['session.closed', undefined],
      ['upgrade.refused.summary', 99],
      ['session.postponed.summary', 99],
      ['session.closed.summary', 99],
    ]);
  });

  it('E23: logs (token) for a token, and no user for text that is not credentials', () => {
    const { observe, events, lines } = record('info');
    observe.verifying(signedIn, tokenCredentials(CANARY));
    observe.refused(signedIn, 4);
    observe.refused(sessionOf(), 3);
    expect(events()[0]).toMatchObject({ user: '(token)' });
    expect(events()[1]).not.toHaveProperty('user');
    expect(lines.join()).not.toContain(CANARY);
  });

  it('does not repeat the user of an earlier attempt', () => {
    const { observe, events } = record('info');
    const session = sessionOf();
    observe.verifying(session, passwordCredentials('first', CANARY));
    observe.refused(session, 4);
    observe.refused(session, 3);
    expect(events()[1]).not.toHaveProperty('user');
  });

  it('A13, E22: escapes every character of a name that could forge a line', () => {
    const { observe, lines, events } = record('info');
    const session = sessionOf();
    observe.verifying(session, passwordCredentials('a\u202e\n\u2028\u009b\u001b[2J"}', CANARY));
    observe.refused(session, 4);
    expect(lines[0]?.trimEnd()).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(events()[0].user).toBe('a\\u{202e}\\u{a}\\u{2028}\\u{9b}\\u{1b}[2J"}');
  });
});

it('E22: a log line stays short, however long a client makes its names', () => {
  const { observe, lines } = record('trace');
  const long = '\u0081'.repeat(8_000);
  observe.upgradeRefused(
    { address: '', origin: long, host: long, protocols: undefined, version: '13' },
    403,
    signedIn.peer,
  );
  observe.opened(sessionOf({ peer: { address: '192.0.2.7', origin: long, context: undefined } }));
  observe.verifying(sessionOf(), passwordCredentials(long, CANARY));
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line.length).toBeLessThan(2_000);
  expect(JSON.parse(lines[0] ?? '').origin).toBe(`${'\\u{81}'.repeat(100)}…`);
});

describe('handlers exist only for what is logged', () => {
  it.each<[LogLevel, string[]]>([
    ['silent', []],
    ['error', ['closed']],
    ['warn', ['closed']],
    [
      'info',
      [
        'closed',
        'upgradeRefused',
        'verifying',
        'refused',
        'postponed',
        'authenticated',
        'refreshed',
        'refreshFailed',
      ],
    ],
  ])('at level %s', (level, handlers) => {
    expect(Object.keys(record(level).observe)).toEqual(handlers);
  });

  it('and never for events that occur with every message', () => {
    expect(record('trace').observe).not.toHaveProperty('fact');
    expect(record('trace').observe).not.toHaveProperty('command');
  });
});

it('E29: refused credentials have 20 lines a second, and then a count', () => {
  const { observe, clock, events } = record('info');
  for (let count = 0; count < 50; count += 1) observe.refused(sessionOf({ id: count }), 4);
  clock.advance(1_000);
  expect(events().filter(({ event }) => event === 'session.refused')).toHaveLength(20);
  expect(events().at(-1)).toMatchObject({ event: 'session.refused.summary', count: 30 });
});

describe('a fault', () => {
  const faultOf = (error: unknown): Fault => ({ source: 'authenticator', error, session: sessionOf() });

  it('is logged with its stack', () => {
    const { fault, events } = record('error');
    fault(faultOf(new RangeError('broken \u001b[31m')));
    expect(events()[0]).toMatchObject({
      event: 'fault',
      level: 'error',
      source: 'authenticator',
      session: 7,
      err: { type: 'RangeError', message: 'broken \\u{1b}[31m', stack: expect.stringContaining('\n    at ') },
    });
  });

  it('E23: is logged without the other properties of the error', () => {
    const { fault, lines } = record('error');
    fault(faultOf(Object.assign(new Error('broken'), { request: { password: CANARY } })));
    expect(lines.join()).not.toContain(CANARY);
  });

  it('E29: has ten lines a second of each source, and then a count', () => {
    const { fault, clock, events } = record('error');
    for (let count = 0; count < 1_000; count += 1) fault(faultOf(new Error('broken')));
    fault({ ...faultOf(new Error('broken')), source: 'application' });
    clock.advance(1_000);
    expect(events().filter(({ source }) => source === 'authenticator')).toHaveLength(11);
    expect(events().at(-1)).toMatchObject({ event: 'fault.summary', source: 'authenticator', count: 990 });
    expect(events().filter(({ source }) => source === 'application')).toHaveLength(1);
  });

  it('of unavailable token keys is one line a minute, however many sign-ins meet it', () => {
    const { fault, events, clock } = record('error');
    const unreachable = Object.assign(new Error('no keys\n'), { name: 'TokenKeysError' });
    for (const ms of [0, 59_999, 1]) {
      clock.advance(ms);
      fault(faultOf(unreachable));
    }
    fault(faultOf(new Error('another')));
    expect(events().map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^no keys\\u\{a\}: .*--token-jwks-url$/),
      expect.stringMatching(/^no keys/),
      'the authenticator failed',
    ]);
    expect(events()[0]).not.toHaveProperty('err');
  });

  it.each(['text', undefined, null, 7, { password: CANARY }])(
    'may be a thrown value that is not an error: %j',
    (thrown) => {
      const { fault, lines, events } = record('error');
      fault(faultOf(thrown));
      expect(events()[0].err.message).toBe(String(thrown));
      expect(lines.join()).not.toContain(CANARY);
    },
  );

  it.each([
    ['an object without a prototype', Object.create(null), 'a value without a text'],
    [
      'an error whose message is an object',
      Object.assign(new Error('a'), { message: {} }),
      '[object Object]',
    ],
    ['an error whose name has no text', Object.assign(new Error('b'), { name: Object.create(null) }), 'b'],
  ])('has its line where %s was thrown', (_, thrown, message) => {
    const { fault, events } = record('error');
    fault(faultOf(thrown));
    expect(events()).toMatchObject([{ event: 'fault', err: { message } }]);
  });
});
