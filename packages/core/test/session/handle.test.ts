/** Stories of the handle of a session: what user code can do with it, and what it cannot. */
import { inspect } from 'node:util';
import type { Session } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { harness } from '../harness.ts';

describe('the handle of a session', () => {
  it('applications, observers, faults and iteration get one and the same handle', () => {
    const held = new Set<unknown>();
    const { signIn, sessions, faults } = harness({
      application(_, session) {
        held.add(session);
        throw new Error('the application fails');
      },
      observe: { authenticated: (session) => held.add(session), closed: (session) => held.add(session) },
    });
    const client = signIn();
    for (const session of sessions) held.add(session);
    client.send('hello');
    held.add(faults[0]?.session);
    expect([...held]).toEqual([client.session]);
  });

  it('the handle shows no field to Object.keys, JSON.stringify, for-in or an inspector', () => {
    const { session } = harness().signIn();
    const keys: string[] = [];
    for (const key in session) keys.push(key);
    expect(keys).toEqual([]);
    expect(Reflect.ownKeys(session)).toEqual([]);
    expect(JSON.stringify(session)).toBe('{}');
    expect(inspect(session, { depth: 9 })).toBe('SessionHandle {}');
    expect(inspect(session, { depth: 9, showHidden: true })).not.toMatch(
      /authenticate|limits|connection|environment/,
    );
  });

  it('the handle and its prototypes have the documented members and no others', () => {
    const { session } = harness().signIn();
    const members = new Set<PropertyKey>();
    for (let one: object = session; one !== Object.prototype; one = Object.getPrototypeOf(one))
      for (const key of Reflect.ownKeys(one)) members.add(key);
    const documented: (keyof Session)[] = [
      'id',
      'peer',
      'state',
      'identity',
      'protocol',
      'send',
      'close',
      'onEnd',
    ];
    // The symbol is for services of channels. What it gives can send to a client that is signed in, and do nothing else.
    const forServices = Symbol.for('@sallyport/core: subscriber');
    expect(members).toEqual(new Set<PropertyKey>(['constructor', ...documented, forServices]));
  });

  it('an observer that feeds the handle facts signs in no client', () => {
    const { connect, sessions, faults } = harness({
      observe: {
        opened(session) {
          const untyped = session as unknown as Record<string, (fact: unknown) => void>;
          for (const name of ['take', 'receive', 'run', 'entered', 'opened', 'start'])
            untyped[name]?.({ type: 'credentials.accepted', attempt: 1, identity: { user: 'mallory' } });
        },
      },
    });
    const client = connect();
    client.send('hello');
    expect(client.session.identity).toBeUndefined();
    expect(client.session.state).toBe('authenticating.awaitingCredentials');
    expect(sessions.counters.authenticated).toBe(0);
    expect(faults).toEqual([]);
  });

  it('a borrowed method does not work on another object', () => {
    const { session } = harness().signIn();
    const { send } = session;
    expect(() => send.call({} as Session, 'hello')).toThrow(TypeError);
  });
});
