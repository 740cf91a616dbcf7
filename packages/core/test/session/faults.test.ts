/** Stories of errors in user code, connections, engines and clocks: no error escapes, and no step stops half-way. */
import { accept, compiledEngine, type Engine, UsageError } from '@sallyport/core';
import { canary } from '@sallyport/core/testing/canary';
import { textProtocol } from '@sallyport/protocol';
import { describe, expect, it, vi } from 'vitest';
import {
  CONGRATULATION,
  flushMicrotasks,
  harness,
  manualApplication,
  manualAuthenticator,
} from '../harness.ts';

const broken = () => {
  throw new Error('broken');
};

describe('an observer that throws', () => {
  it('each throw is reported, and everything goes on', () => {
    const names = [
      'opened',
      'verifying',
      'refused',
      'authenticated',
      'closed',
      'fact',
      'transition',
      'command',
    ];
    const { connect, faults, sessions } = harness({
      observe: Object.fromEntries(names.map((name) => [name, broken])),
    });
    const client = connect();
    client.send('admin:1', 'admin:123456', 'hello');
    client.connection.closed(1000);
    expect(client.received().slice(1)).toEqual([CONGRATULATION, 'your submit context: hello']);
    expect(sessions.size).toBe(0);
    expect(new Set(faults.map(({ source }) => source))).toEqual(new Set(['observer']));
    expect(sessions.counters.faults).toBe(faults.length);
  });
});

describe('an async observer', () => {
  it('each rejection is reported, and everything goes on', async () => {
    const rejects = () => Promise.reject(new Error('broken'));
    const { connect, faults, sessions } = harness({
      observe: { authenticated: rejects, upgradeRefused: rejects },
    });
    const client = connect();
    client.send('admin:123456');
    sessions.admit({ address: '', origin: 'https://a', host: 'b', protocols: undefined, version: '13' });
    await flushMicrotasks();
    expect(client.received()).toEqual([CONGRATULATION]);
    const error = new Error('broken');
    expect(faults).toHaveLength(2);
    expect(faults).toMatchObject([
      { source: 'observer', error, session: { id: 1 } },
      { source: 'observer', error, session: undefined },
    ]);
  });

  it('an async observer that succeeds causes no fault', async () => {
    const received: string[] = [];
    const { signIn, faults } = harness({
      observe: {
        async authenticated(session) {
          await Promise.resolve();
          received.push(`${session.identity?.user}`);
        },
      },
    });
    signIn();
    await flushMicrotasks();
    expect([received, faults]).toEqual([['admin'], []]);
  });
});

describe('a connection that throws', () => {
  it('a throw in send counts as a dropped message', () => {
    const { signIn, faults, endings } = harness();
    const client = signIn();
    client.connection.sendResult = broken;
    client.send('hello');
    expect(faults).toMatchObject([{ source: 'connection' }]);
    expect(endings).toMatchObject([{ reason: 'stalled' }]);
  });

  it('a throw in close, ping or terminate is reported, and the session ends as usual', () => {
    const { signIn, faults, clock, sessions } = harness();
    const client = signIn();
    Object.assign(client.connection, { close: broken, ping: broken, terminate: broken });
    clock.advance(25_000);
    client.session.close();
    clock.advance(3_000);
    expect(faults.map(({ source }) => source)).toEqual(['connection', 'connection', 'connection']);
    expect(sessions.size).toBe(0);
  });

  it('a throw in bufferedAmount ends the session as stalled', () => {
    const { signIn, endings } = harness();
    const client = signIn();
    client.connection.sendResult = 'buffered';
    Object.defineProperty(client.connection, 'bufferedAmount', { get: broken });
    client.send('hello');
    expect(endings).toMatchObject([{ reason: 'stalled' }]);
  });
});

describe('a protocol that throws', () => {
  it('a throw in decode makes the message malformed', () => {
    const { connect, faults } = harness({ protocols: [{ ...textProtocol, decode: broken }] });
    const client = connect();
    client.send('admin:123456');
    expect(client.received()).toEqual(['close 4400']);
    expect(faults).toMatchObject([{ source: 'protocol' }]);
  });

  it('a throw in encode drops the message', () => {
    const { connect, faults } = harness({ protocols: [{ ...textProtocol, encode: broken }] });
    const client = connect();
    client.send('admin:123456');
    expect(client.received()).toEqual(['terminated']);
    expect(faults).toMatchObject([{ source: 'protocol' }]);
  });
});

describe('a protocol in plain JavaScript that encodes to what is neither a string nor bytes', () => {
  it.each([
    ['number', 5],
    ['Null', null],
    ['Object', { type: 'hello' }],
    ['ArrayBuffer', new ArrayBuffer(3)],
    ['DataView', new DataView(new ArrayBuffer(3))],
    ['Promise', Promise.resolve('hello')],
    ['function', () => 'hello'],
  ])('ends the session with a fault that names it, and the connection is sent nothing: %s', (kind, data) => {
    const encode = () => data as unknown as string;
    const { connect, faults } = harness({ protocols: [{ ...textProtocol, encode }] });
    const client = connect();
    client.send('admin:123456');
    expect(client.received()).toEqual(['terminated']);
    expect(faults).toMatchObject([
      {
        source: 'protocol',
        error: { message: `encoded data must be a string or a Uint8Array, not ${kind}` },
      },
    ]);
  });

  it('bytes of a subclass, such as a Buffer, are sent', () => {
    class Bytes extends Uint8Array {}
    const { connect, faults } = harness({
      protocols: [{ ...textProtocol, encode: () => new Bytes([1, 2]) }],
    });
    const client = connect();
    client.send('admin:123456');
    expect(client.connection.recorded.length).toBeGreaterThan(0);
    expect(faults).toEqual([]);
  });
});

describe('a close text that is not a string', () => {
  it.each([1000, null, {}])('close() throws a UsageError for %j, and the session goes on', (text) => {
    const { signIn } = harness();
    const client = signIn();
    expect(() => client.session.close(text as never)).toThrow(UsageError);
    expect(() => client.session.close(text as never)).toThrow('text must be a string, not ');
    client.send('hello');
    client.session.close('enough');
    expect(client.received()).toEqual([CONGRATULATION, 'your submit context: hello', 'close 1000']);
  });

  it('the UsageError is a fault of an application that calls close() while it handles a message', async () => {
    const { signIn, faults, sessions } = harness({
      application: (_, session) => session.close(1000 as never),
    });
    const client = signIn();
    client.connection.answersClose = true;
    client.send('hello');
    expect(client.received()).toEqual([CONGRATULATION, 'close 1011']);
    expect(faults).toMatchObject([{ source: 'application', error: { option: 'text' } }]);
    await sessions.drain();
  });
});

describe('a message that is neither text nor bytes', () => {
  it.each([undefined, null, 42, {}, ['text'], new ArrayBuffer(1)])(
    'send() throws a UsageError for %j and sends nothing',
    (message) => {
      const { connect, sessions } = harness();
      const client = connect();
      const send = () => client.session.send(message as never);
      expect(send).toThrow(UsageError);
      client.send('admin:123456');
      expect(send).toThrow('message must be a string, bytes, or { data }, not ');
      client.session.close();
      expect(send).toThrow(UsageError);
      expect(client.received()).toEqual([CONGRATULATION, 'close 1000']);
      expect(sessions.counters.messagesUnsent).toBe(0);
    },
  );
});

describe('an engine that throws', () => {
  /** Throws at this fact. */
  const brokenAt = (type: string): Engine => ({
    ...compiledEngine,
    step: (snapshot, fact, commands) =>
      fact.type === type ? broken() : compiledEngine.step(snapshot, fact, commands),
  });

  it('the session ends, no other session does, and a drain does not wait for it', async () => {
    const { signIn, sessions, faults, endings } = harness({ engine: brokenAt('application.closed') });
    const [client, other] = [signIn(), signIn()];
    client.session.close();
    expect(client.received()).toEqual([CONGRATULATION, 'terminated']);
    expect(faults).toMatchObject([{ source: 'session', error: new Error('broken'), session: { id: 1 } }]);
    expect(endings).toEqual([{ reason: 'applicationFailed', code: 1006, openMs: 0 }]);
    other.send('hello');
    expect(other.received()).toEqual([CONGRATULATION, 'your submit context: hello']);
    expect([sessions.size, sessions.counters.closed]).toEqual([1, 1]);
    const drained = sessions.drain();
    other.connection.closed(1012);
    await drained;
  });

  it('no message and no verdict takes effect after the end', async () => {
    const { authenticate, verdicts } = manualAuthenticator();
    let signal: AbortSignal | undefined;
    const { connect, sessions, clock } = harness({
      engine: brokenAt('application.closed'),
      authenticate: (credentials, context) => {
        signal = context.signal;
        return authenticate(credentials, context);
      },
    });
    const client = connect();
    client.send('admin:123456', 'waits');
    client.session.close();
    expect(signal?.aborted).toBe(true);
    verdicts[0]?.resolve(accept('admin'));
    await flushMicrotasks();
    client.send('late');
    clock.advance(600_000);
    expect(client.received()).toEqual(['terminated']);
    expect(client.session.send('late')).toBe('closed');
    expect(sessions.counters).toMatchObject({ authenticated: 0, messagesIgnored: 1, faults: 1 });
    expect(clock.pending).toBe(0);
  });

  it.each(['resolve', 'reject'] as const)('a late reply has no effect: %s', async (end) => {
    const { application, replies } = manualApplication();
    const { signIn, faults } = harness({ engine: brokenAt('application.closed'), application });
    const client = signIn();
    client.send('hello');
    client.session.close();
    replies[0]?.[end]('late');
    await flushMicrotasks();
    expect(client.received()).toEqual([CONGRATULATION, 'terminated']);
    expect(faults).toHaveLength(1);
  });

  it('an error in a step of another session does not stop the outer step', () => {
    const { signIn } = harness({
      engine: brokenAt('application.closed'),
      application() {
        other.session.close();
        return 'done';
      },
    });
    const [client, other] = [signIn(), signIn()];
    client.send('out with them');
    expect([client.received().at(-1), other.received().at(-1)]).toEqual(['done', 'terminated']);
  });

  it('an error at the start creates no session', () => {
    const { connect, sessions, faults } = harness({ engine: { ...compiledEngine, start: broken } });
    const client = connect();
    client.send('admin:123456');
    expect(client.received()).toEqual(['terminated']);
    expect([sessions.size, sessions.counters.messagesIgnored]).toEqual([0, 1]);
    expect(faults).toMatchObject([{ source: 'session' }]);
  });
});

describe('a clock that throws', () => {
  it('a timer that cannot be armed ends the session', () => {
    const { signIn, clock, sessions, faults } = harness();
    const client = signIn();
    clock.setTimeout = broken;
    client.session.close();
    expect(client.received()).toEqual([CONGRATULATION, 'close 1000', 'terminated']);
    expect(faults).toMatchObject([{ source: 'session' }]);
    expect(sessions.size).toBe(0);
  });

  it('an error at the time of the end is reported, and the session ends as usual', () => {
    const { signIn, clock, sessions, faults, endings } = harness();
    const client = signIn();
    clock.now = broken;
    client.connection.closed(1000);
    expect(faults).toMatchObject([{ source: 'session' }]);
    expect([sessions.size, sessions.counters.closed, endings]).toEqual([0, 1, []]);
  });

  it('an error after the last session is reported, and the session is counted once', () => {
    const { signIn, clock, sessions, faults } = harness();
    const client = signIn();
    clock.clearTimeout = broken;
    client.connection.closed(1000);
    expect(faults).toMatchObject([{ source: 'session' }]);
    expect([sessions.size, sessions.counters.closed]).toEqual([0, 1]);
  });
});

describe('onFault', () => {
  it('an error that onFault throws is ignored', () => {
    const { signIn, sessions } = harness({ application: broken, onFault: broken });
    const client = signIn();
    client.send('hello');
    expect(client.received().at(-1)).toBe('close 1011');
    expect(sessions.counters.faults).toBe(1);
  });

  it('a rejection of onFault is ignored', async () => {
    const told: unknown[] = [];
    const { signIn, sessions } = harness({
      application: broken,
      onFault: async (fault) => {
        told.push(fault.source);
        broken();
      },
    });
    const client = signIn();
    client.send('hello');
    await flushMicrotasks();
    expect(client.received().at(-1)).toBe('close 1011');
    expect([told, sessions.counters.faults]).toEqual([['application'], 1]);
  });

  describe('without onFault', () => {
    const lines = (...errors: unknown[]) => {
      const spy = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      try {
        for (const error of errors) {
          const application = () => {
            throw error;
          };
          const client = harness({ application, onFault: undefined as never }).signIn();
          client.send('hello');
          expect(client.received().at(-1)).toBe('close 1011');
        }
        return spy.mock.calls;
      } finally {
        spy.mockRestore();
      }
    };

    it('each fault is one line on the console, with the source, the id of the session and the stack', () => {
      const error = new Error('the database is down');
      expect(lines(error)).toEqual([[`sallyport: error (application, session 1): ${error.stack}`]]);
      expect(error.stack).toContain('faults.test.ts');
    });

    it('the console shows no credentials', () => {
      const withSecret = Object.assign(new Error('no'), { credentials: canary });
      const withoutStack = Object.assign(new Error('bare'), { stack: undefined });
      const all = lines(withSecret, withoutStack, { ...canary }, 'a text', null, undefined);
      expect(all.slice(1).flat()).toEqual(
        ['Error: bare', 'a thrown object', 'a text', 'null', 'undefined'].map(
          (text) => `sallyport: error (application, session 1): ${text}`,
        ),
      );
      expect(canary.isIn(all.join())).toBe(false);
    });

    it('the console shows a fault outside a session too', () => {
      const spy = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const { sessions } = harness({ onFault: undefined as never, observe: { upgradeRefused: broken } });
      sessions.admit({ address: '', origin: undefined, host: 'a', protocols: undefined, version: '8' });
      expect(spy.mock.calls.flat().join()).toContain('sallyport: error (observer): ');
      spy.mockRestore();
    });

    it('onFault: () => {} silences the console', () => {
      const spy = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const client = harness({ application: broken, onFault: () => {} }).signIn();
      client.send('hello');
      expect(client.received().at(-1)).toBe('close 1011');
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    });
  });
});

describe('an adapter that reports opened twice', () => {
  it('the session opens once', () => {
    const { connect, sessions } = harness();
    const client = connect();
    client.receiver.opened();
    expect([client.received(), sessions.counters.opened]).toEqual([[], 1]);
  });
});
