/** The handle shows nothing of the session behind it. An error inside ends the session once. */
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { LiveSession } from '../src/live-session.ts';
import { Timers } from '../src/timers.ts';
import { network, right } from './network.ts';

const PUBLIC = [
  'bufferedAmount',
  'close',
  'closed',
  'on',
  'path',
  'ready',
  'reason',
  'resume',
  'send',
  'state',
  'user',
];

async function ready(options: Parameters<ReturnType<typeof network>['connect']>[0] = {}) {
  const net = network();
  const all = { net, ...net.connect(options) };
  await net.pass();
  return all;
}

describe('The handle of a client session', () => {
  it('has no own property, and its prototype has only the members of Session', async () => {
    const { session } = await ready();
    expect(Reflect.ownKeys(session)).toEqual([]);
    const prototype = Object.getPrototypeOf(session) as object;
    expect(
      Reflect.ownKeys(prototype)
        .filter((key) => key !== 'constructor')
        .map(String)
        .sort(),
    ).toEqual(['Symbol(Symbol.asyncIterator)', ...PUBLIC].sort());
    expect(Object.getPrototypeOf(prototype)).toBe(Object.prototype);
  });

  it('cannot step the machine, and its constructor makes only handles', async () => {
    const { session } = await ready();
    const Handle = session.constructor as new (inner: object) => object;
    expect(new Handle({})).not.toBeInstanceOf(LiveSession);
    expect('take' in session).toBe(false);
    expect('run' in session).toBe(false);
  });

  it.each([
    ['a password', right, '123456'],
    ['a token', { token: 'secret-token' }, 'secret-token'],
  ])('shows nothing of %s, at any depth', async (_, credentials, secret) => {
    const { session } = await ready({ credentials });
    const deep = inspect(session, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true });
    const promises = inspect([session.ready, session.closed], {
      depth: Number.POSITIVE_INFINITY,
      showHidden: true,
    });
    expect([JSON.stringify(session), JSON.stringify({ ...session }), Object.keys(session)]).toEqual([
      '{}',
      '{}',
      [],
    ]);
    for (const shown of [deep, promises, String(session), JSON.stringify(session)])
      expect(shown).not.toContain(secret);
    expect(deep).not.toMatch(/snapshot|CredentialRequests|Outbox|isStepping/);
  });

  it('and the session behind it show no credentials', () => {
    const net = network();
    const shown: string[] = [];
    const connect = vi.spyOn(LiveSession.prototype, 'on').mockImplementation(function (this: LiveSession) {
      shown.push(inspect(this, { depth: Number.POSITIVE_INFINITY, showHidden: true }), JSON.stringify(this));
      return () => {};
    });
    try {
      net.connect();
    } finally {
      connect.mockRestore();
    }
    expect(shown).toHaveLength(2);
    for (const text of shown) expect(text).not.toContain('123456');
  });
});

describe('An error inside a client session', () => {
  /** Breaks the session by a command that throws, and collects the uncaught errors. */
  async function broken(state: 'connecting' | 'ready') {
    const uncaught: unknown[] = [];
    const caught = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
      try {
        task();
      } catch (error) {
        uncaught.push(error);
      }
    });
    const { net, session, changes } = await (state === 'ready' ? ready({ queue: 5 }) : begin());
    const arm = vi.spyOn(Timers.prototype, 'arm').mockImplementation(() => {
      throw new Error('broken');
    });
    try {
      if (state === 'ready') net.cut();
      else {
        session.send('a');
        session.send('b');
      }
      await net.pass(1_000);
    } finally {
      arm.mockRestore();
    }
    await net.pass(120_000);
    caught.mockRestore();
    return { net, session, changes, uncaught };
  }
  async function begin() {
    const net = network();
    return { net, ...net.connect({ queue: 5 }) };
  }

  it('ends the session with internalError, and shows once as an uncaught error', async () => {
    const { net, session, changes, uncaught } = await broken('ready');
    expect([session.state, session.path, session.reason, await session.closed]).toEqual([
      'closed',
      'closed',
      'internalError',
      'internalError',
    ]);
    await expect(session.ready).rejects.toMatchObject({ reason: 'internalError' });
    expect(changes.filter(({ state }) => state === 'closed')).toHaveLength(1);
    expect(uncaught).toEqual([new Error('broken')]);
    expect([net.attempts, net.clock.pending]).toEqual([1, 0]);
  });

  it('counts the messages that will not be sent, and leaves no connection', async () => {
    const { net, session, changes, uncaught } = await broken('connecting');
    expect(changes.at(-1)).toEqual({
      state: 'closed',
      reason: 'internalError',
      retryInMs: undefined,
      unsent: 2,
    });
    expect(uncaught).toHaveLength(1);
    expect(() => session.send('late')).toThrow(expect.objectContaining({ code: 'ended' }));
    session.resume(right);
    session.close();
    await net.pass(120_000);
    expect([session.state, net.sessions.size, net.clock.pending]).toEqual(['closed', 0, 0]);
  });
});
