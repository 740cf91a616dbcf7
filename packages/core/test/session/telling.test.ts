/** Stories of what observers, counters and faults show: each event once, and in order. */
import { accept, type Observer } from '@sallyport/core';
import { passwordCredentials, textProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { harness } from '../harness.ts';

const admin = passwordCredentials('admin', '123456');

/** Records every call of an observer, without the session. */
function recordingObserver() {
  const events: unknown[][] = [];
  const record =
    (name: keyof Observer) =>
    (_: unknown, ...details: unknown[]) => {
      events.push([name, ...details]);
    };
  const about = (...names: (keyof Observer)[]) =>
    events.filter(([name]) => names.includes(name as keyof Observer));
  const names: readonly (keyof Observer)[] = [
    ...(['opened', 'verifying', 'refused', 'authenticated', 'refreshed', 'refreshFailed', 'closed'] as const),
    ...(['fact', 'transition', 'command'] as const),
  ];
  const observe: Observer = Object.fromEntries(names.map((name) => [name, record(name)]));
  return { observe, events, about };
}

// This test is first: lists of commands are reused, and only the very first session finds none.
it('an observer is told of every fact, then of its transition, then of each command before it is run', () => {
  const { observe, events } = recordingObserver();
  const { connect } = harness({ observe });
  const client = connect();
  client.send('admin:1');
  expect(events).toStrictEqual([
    ['opened'],
    ['command', { type: 'arm', timer: 'authentication' }],
    ['fact', { type: 'credentials.received', credentials: passwordCredentials('admin', '1') }],
    ['transition', 'authenticating.awaitingCredentials', 'authenticating.verifying'],
    ['command', { type: 'verify', attempt: 1, credentials: passwordCredentials('admin', '1') }],
    ['verifying', passwordCredentials('admin', '1')],
    ['command', { type: 'arm', timer: 'verification' }],
    ['fact', { type: 'credentials.refused', attempt: 1 }],
    ['transition', 'authenticating.verifying', 'authenticating.awaitingCredentials'],
    ['command', { type: 'disarm', timer: 'verification' }],
    ['command', { type: 'abandon' }],
    ['command', { type: 'answer', answer: { type: 'refused', attemptsLeft: 4 } }],
    ['refused', 4],
  ]);
});

describe('an observer', () => {
  it('an observer sees no transition if the state stays the same, although an attempt is used up', () => {
    const { observe, about } = recordingObserver();
    harness({ observe }).connect().send('no credentials');
    expect(about('transition', 'refused')).toEqual([['refused', 4]]);
  });

  it('an observer sees the sign-in, the refresh and the end with its duration', () => {
    const { observe, about } = recordingObserver();
    const { connect, clock } = harness({
      observe,
      protocols: [
        {
          ...textProtocol,
          decode: (data, phase) =>
            phase === 'established'
              ? { type: 'refresh.requested', credentials: admin }
              : textProtocol.decode(data, phase),
        },
      ],
    });
    clock.advance(5_000);
    const client = connect();
    client.send('admin:123456', 'again');
    clock.advance(1_500);
    client.connection.closed(1000);
    expect(about('verifying', 'authenticated', 'refreshed', 'closed')).toEqual([
      ['verifying', admin],
      ['authenticated'],
      ['verifying', admin],
      ['refreshed'],
      ['closed', { reason: 'clientLeft', code: 1000, openMs: 1_500 }],
    ]);
  });

  it('an observer sees a step within a step of another session like any other', () => {
    const { observe, events } = recordingObserver();
    const { signIn } = harness({ observe, application: () => bystander.session.close() });
    const bystander = signIn();
    const client = signIn();
    events.length = 0;
    client.send('out with them');
    expect(events).toStrictEqual([
      ['fact', { type: 'message.received', message: 'out with them' }],
      ['command', { type: 'deliver', message: 'out with them' }],
      ['fact', { type: 'application.closed' }],
      ['transition', 'established.steady', 'closing'],
      ['command', { type: 'disarm', timer: 'expiry' }],
      ['command', { type: 'abandonRequests' }],
      ['command', { type: 'close', reason: 'applicationClosed' }],
      ['command', { type: 'arm', timer: 'closing' }],
    ]);
  });

  it('an observer sees that replies are settled only in a session that drains', async () => {
    const { observe, about } = recordingObserver();
    const { signIn } = harness({ observe, application: async (message) => message });
    signIn().send('hello');
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(about('fact').at(-1)).toEqual(['fact', { type: 'message.received', message: 'hello' }]);
  });

  it('an observer does not see messages that still wait when a session ends', () => {
    const { observe, about } = recordingObserver();
    const { connect } = harness({ observe, authenticate: () => new Promise<never>(() => undefined) });
    const client = connect();
    client.send('admin:1', 'admin:123456');
    client.session.close();
    expect(about('fact').at(-1)).toEqual(['fact', { type: 'application.closed' }]);
  });

  it('an observer may close the session at the first command, and the close is taken after it', () => {
    let isFirst = true;
    const { connect, clock, trace } = harness(
      {
        observe: {
          command(session) {
            if (isFirst) session.close();
            isFirst = false;
          },
        },
      },
      'traced',
    );
    const client = connect();
    expect(trace.slice(0, 3)).toEqual(['arm authentication', 'application.closed', 'disarm authentication']);
    client.connection.closed(1000);
    expect(clock.pending).toBe(0);
  });

  it('an observer sees one opening, although the adapter reports two', () => {
    const { observe, about } = recordingObserver();
    const client = harness({ observe }).signIn();
    client.receiver.opened();
    expect(about('opened')).toHaveLength(1);
    expect(client.session.state).toBe('established.steady');
  });
});

describe('the counters', () => {
  it('the counters count received and sent messages and bytes', () => {
    const { signIn, sessions } = harness();
    const client = signIn();
    client.send('größer', new Uint8Array(3));
    client.session.send('news');
    client.session.close();
    client.send('late');
    client.session.send('later');
    expect(sessions.counters).toMatchObject({
      ...{ opened: 1, authenticated: 1, refused: 0, postponed: 0 },
      ...{ messagesReceived: 4, bytesReceived: 12 + 8 + 3 + 4, messagesIgnored: 1 },
      ...{ messagesSent: 4, messagesUnsent: 1 },
    });
  });

  it('the counters add up the bytes that the adapters report as sent, of all sessions', () => {
    const { signIn, sessions } = harness();
    const [one, other] = [signIn(), signIn()];
    one.receiver.sent(130);
    other.receiver.sent(7);
    expect(sessions.counters.bytesSent).toBe(137);
  });

  it('a message before the opening is counted as ignored, and is not read as credentials', () => {
    const { sessions, connect } = harness();
    const { connection } = connect();
    const early = sessions.open(connection, { address: '192.0.2.1' });
    early.receive('admin:123456', 12);
    early.opened();
    expect([sessions.counters.messagesIgnored, sessions.counters.authenticated]).toEqual([1, 0]);
  });
});

describe('a fault', () => {
  it('a fault says what was wrong with a reply', () => {
    const { signIn, faults } = harness({ application: () => 42 as never });
    signIn().send('hello');
    expect(faults).toMatchObject([
      {
        source: 'application',
        error: new TypeError('the application must answer with a string, bytes, { data }, or nothing'),
      },
    ]);
  });
});

describe('an application', () => {
  it('a reply that the protocol cannot express counts as given', () => {
    const protocols = [{ ...textProtocol, encode: () => undefined }];
    const { connect } = harness({ authenticate: () => accept('admin'), protocols });
    const client = connect();
    client.send('admin:123456');
    expect(client.session.send('hello')).toBe('sent');
    expect(client.received()).toEqual([]);
  });
});
