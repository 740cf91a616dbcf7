/** Stories of an established session and its application (PROTOCOL.md, section 3). */
import type { Session } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { CONGRATULATION, flushMicrotasks, harness, manualApplication } from '../harness.ts';

const said = (client: { received(): unknown[] }) => client.received().slice(1);

describe('replies', () => {
  it('E14: replies are sent in the order of their messages, in any order of their arrival', async () => {
    const { application, replies } = manualApplication();
    const { signIn } = harness({ application });
    const client = signIn();
    client.send('one', 'two', 'three');
    replies[2]?.resolve('3');
    replies[1]?.resolve('2');
    await flushMicrotasks();
    expect(said(client)).toEqual([]);
    replies[0]?.resolve('1');
    await flushMicrotasks();
    expect(said(client)).toEqual(['1', '2', '3']);
  });

  it('a reply that is ready at once waits for those before it', async () => {
    const { application, replies } = manualApplication();
    const { signIn } = harness({
      application: (message, session) => (message === 'fast' ? 'now' : application(message, session)),
    });
    const client = signIn();
    client.send('slow', 'fast');
    expect(said(client)).toEqual([]);
    replies[0]?.resolve('at last');
    await flushMicrotasks();
    client.send('fast');
    expect(said(client)).toEqual(['at last', 'now', 'now']);
  });

  it('an application may return nothing, at once or later', async () => {
    const { signIn } = harness({
      application: (message) => (message === 'later' ? Promise.resolve() : undefined),
    });
    const client = signIn();
    client.send('now', 'later');
    await flushMicrotasks();
    expect(said(client)).toEqual([]);
    expect(client.session.state).toBe('established.steady');
  });
});

describe('an application', () => {
  it('E14: the application has at most 16 messages at once, and gets the next after a reply', async () => {
    const { application, replies, messages } = manualApplication();
    const { signIn } = harness({ application });
    const client = signIn();
    const texts = Array.from({ length: 20 }, (_, index) => String(index));
    client.send(...texts);
    expect(messages).toHaveLength(16);
    for (let turn = 0; turn < 20; turn += 1) {
      replies[turn]?.resolve(String(turn));
      await flushMicrotasks();
    }
    expect(messages).toEqual(texts);
    expect(said(client)).toEqual(texts);
  });

  it('E14: a message past waitingMessages ends the session', () => {
    const { application } = manualApplication();
    const { signIn } = harness({ application, limits: { concurrentMessages: 1, waitingMessages: 2 } });
    const client = signIn();
    client.send('with it', 'waits', 'waits');
    expect(said(client)).toEqual([]);
    client.send('one too many');
    expect(said(client)).toEqual(['close 1008']);
  });

  it('a message past waitingBytes ends the session, and messages that are taken no longer count', async () => {
    const { application, replies } = manualApplication();
    const { signIn } = harness({ application, limits: { concurrentMessages: 1, waitingBytes: 10 } });
    const client = signIn();
    client.send('with it', '1234567890');
    replies[0]?.resolve('a');
    await flushMicrotasks();
    client.send('1234567890');
    expect(said(client)).toEqual(['a']);
    client.send('x');
    expect(said(client)).toEqual(['a', 'close 1008']);
  });

  it.each([
    ['1234567890', 'x'],
    ['ééééé', 'x'],
    ['语语语1', 'x'],
    [new Uint8Array(10), new Uint8Array(1)],
  ])('waiting messages are counted in bytes: %j', async (ten, oneMore) => {
    const { application, replies } = manualApplication();
    const { signIn } = harness({ application, limits: { concurrentMessages: 1, waitingBytes: 10 } });
    const client = signIn();
    client.send('with it', ten);
    replies[0]?.resolve('a');
    await flushMicrotasks();
    client.send(ten);
    expect(said(client)).toEqual(['a']);
    client.send(oneMore);
    expect(said(client)).toEqual(['a', 'close 1008']);
  });

  const failures = [
    [
      'throws',
      () => {
        throw new Error('secret detail');
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret detail'))],
    ['returns a value that cannot be sent', () => 42],
    ['returns such a value later', () => Promise.resolve({})],
  ] as const;

  it.each(failures)(
    'E12, E13: an application that %s ends its own session with 1011, and no other',
    async (_, application) => {
      const { signIn, faults, endings, sessions } = harness({ application: application as () => string });
      const [client, other] = [signIn(), signIn()];
      client.send('hello');
      await flushMicrotasks();
      expect(said(client)).toEqual(['close 1011']);
      expect(JSON.stringify(client.connection.recorded)).not.toContain('secret');
      expect(faults).toMatchObject([{ source: 'application', session: { id: client.session.id } }]);
      client.connection.closed(1011);
      expect(endings).toMatchObject([{ reason: 'applicationFailed', code: 1011 }]);
      expect([other.session.state, sessions.size]).toEqual(['established.steady', 1]);
    },
  );

  it('an application that throws while a reply is pending ends the session once', async () => {
    const { application, replies } = manualApplication();
    const { signIn, faults } = harness({
      application(message, session) {
        if (message === 'bad') throw new Error('no');
        return application(message, session);
      },
    });
    const client = signIn();
    client.send('slow', 'bad', 'bad');
    expect(said(client)).toEqual(['close 1011']);
    replies[0]?.resolve('too late');
    replies[0]?.reject(new Error('never seen'));
    await flushMicrotasks();
    expect(said(client)).toEqual(['close 1011']);
    expect(faults).toHaveLength(1);
  });

  it('an application that rejects after the end of the session causes no fault', async () => {
    const { application, replies } = manualApplication();
    const { signIn, faults } = harness({ application });
    const client = signIn();
    client.send('slow');
    client.connection.closed(1000);
    replies[0]?.reject(new Error('gone'));
    await flushMicrotasks();
    expect(faults).toEqual([]);
  });

  it('E13: an application has 30 s for a reply', () => {
    const { application } = manualApplication();
    const { signIn, clock, faults } = harness({ application });
    const client = signIn();
    // The time counts from the message, not from the start of the server.
    clock.advance(20_000);
    client.send('hello');
    clock.advance(29_000);
    expect(client.session.state).toBe('established.steady');
    clock.advance(1_000);
    expect(said(client).at(-1)).toBe('close 1011');
    expect(String(faults[0]?.error)).toContain('30000 ms');
  });

  it('an application may close the session while it handles a message; later messages are lost', () => {
    const { signIn, sessions, endings } = harness({
      application(_, session) {
        session.close('enough');
        return 'you will not read this';
      },
    });
    const client = signIn();
    client.connection.answersClose = true;
    client.send('hello', 'and more');
    // The close is the next fact, and the reply belongs to the running step.
    expect(said(client)).toEqual(['you will not read this', 'close 1000']);
    expect(sessions.size).toBe(0);
    expect(endings).toMatchObject([{ reason: 'applicationClosed', code: 1000 }]);
  });

  it('an application may end another session while it handles a message', () => {
    const { signIn, endings } = harness({
      application() {
        other.connection.answersClose = true;
        other.session.close('make room');
        return 'done';
      },
    });
    const [client, other] = [signIn(), signIn()];
    client.send('hello');
    expect(said(client)).toEqual(['done']);
    expect(said(other)).toEqual(['close 1000']);
    expect(endings).toHaveLength(1);
  });

  it('E19: the close text of the application is cut to fit a close frame, and has a default', () => {
    const { signIn } = harness();
    const [long, plain] = [signIn(), signIn()];
    long.session.close('é'.repeat(80));
    plain.session.close();
    expect(long.connection.recorded.at(-1)).toEqual({ close: 1000, reason: 'é'.repeat(61) });
    expect(plain.connection.recorded.at(-1)).toEqual({ close: 1000, reason: 'closed by the server' });
  });

  it('E15: an application may send without a request while the user is signed in, and only then', () => {
    const { connect, sessions } = harness();
    const client = connect();
    expect(client.session.send('too early')).toBe('closed');
    client.send('admin:123456');
    expect(client.session.send('news')).toBe('sent');
    client.session.close();
    expect(client.session.send('too late')).toBe('closed');
    expect(client.received()).toEqual([CONGRATULATION, 'news', 'close 1000']);
    expect(sessions.counters.messagesUnsent).toBe(2);
  });
});

describe('a message', () => {
  it('E3: a message has at most 65 536 bytes', () => {
    const { signIn } = harness({ application: () => undefined });
    const client = signIn();
    client.send('x'.repeat(65_536));
    expect(said(client)).toEqual([]);
    client.send('x'.repeat(65_537));
    expect(said(client)).toEqual(['close 1009']);
  });

  it('E17: a message after the server’s close frame is ignored', () => {
    const { signIn, sessions, trace } = harness({}, 'traced');
    const client = signIn();
    client.session.close();
    const before = trace.length;
    client.send('hello', 'x'.repeat(70_000));
    expect(said(client)).toEqual(['close 1000']);
    expect(trace).toHaveLength(before);
    expect(sessions.counters.messagesIgnored).toBe(2);
  });

  it('E2: messages may come at the allowed rate, and in a burst', () => {
    const { signIn, clock } = harness({
      limits: { messagesPerSecond: 2, burst: 3 },
      application: () => undefined,
    });
    const client = signIn();
    client.send('burst', 'burst');
    clock.advance(500);
    client.send('even');
    expect(said(client)).toEqual([]);
    client.send('too many');
    expect(said(client)).toEqual(['close 4429']);
  });
});

describe('a session', () => {
  it('a session shows its id, peer, protocol, state and identity', () => {
    const { connect, sessions } = harness();
    const client = connect();
    expect(client.session).toMatchObject({
      id: 1,
      peer: { address: '192.0.2.1' },
      protocol: 'text',
      state: 'authenticating.awaitingCredentials',
      identity: undefined,
    });
    expect([...sessions]).toEqual([client.session] satisfies Session[]);
  });

  it('messages that arrive during a step are taken after it, in order', () => {
    const { signIn } = harness();
    const client = signIn();
    let isFirst = true;
    client.connection.sendResult = () => {
      if (isFirst) {
        isFirst = false;
        client.send('two', 'three');
      }
      return 'sent';
    };
    client.send('one');
    expect(said(client)).toEqual([
      'your submit context: one',
      'your submit context: two',
      'your submit context: three',
    ]);
  });
});
