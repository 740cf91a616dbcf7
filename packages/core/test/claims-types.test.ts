/** The type of claims flows from the authenticator to every session, and claims of another type do not compile. */
import {
  type Application,
  type Authenticator,
  accept,
  createSessions,
  overload,
  postpone,
  refuse,
  type Session,
  type Sessions,
  type Verdict,
} from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { expect, expectTypeOf, it } from 'vitest';
import { admin } from './harness.ts';

/** An interface: TypeScript gives it no index signature, which the type of untyped claims has. */
interface Claims {
  readonly role: 'admin' | 'guest';
}
const clock = new SimulatedClock();

it('a type of claims reaches the application, the requests, the observer and every session', () => {
  const heard: string[] = [];
  const sessions = createSessions<unknown, Claims>({
    clock,
    authenticate: () => accept('ada', { claims: { role: 'admin' } }),
    application: (_, { identity }) => {
      expectTypeOf(identity?.claims.role).toEqualTypeOf<'admin' | 'guest' | undefined>();
      heard.push(identity?.claims.role ?? 'nothing');
    },
    requests: (_, { identity }) => identity?.claims.role,
    observe: {
      authenticated: ({ identity }) =>
        expectTypeOf(identity?.claims.role).toEqualTypeOf<'admin' | 'guest' | undefined>(),
    },
    onFault: ({ session }) =>
      expectTypeOf(session?.identity?.claims.role).toEqualTypeOf<'admin' | 'guest' | undefined>(),
  });
  expectTypeOf(sessions).toEqualTypeOf<Sessions<unknown, Claims>>();
  for (const { identity } of sessions.of('ada'))
    expectTypeOf(identity?.claims.role).toEqualTypeOf<'admin' | 'guest' | undefined>();
  const connection = new RecordingConnection();
  const receiver = sessions.open(connection, { address: '192.0.2.1' });
  connection.opened(receiver);
  receiver.receive('ada:lovelace', 12);
  receiver.receive('hello', 5);
  expect(heard).toEqual(['admin']);
});

it('an authenticator that names a type of claims gives such claims with every acceptance', () => {
  expectTypeOf(accept('ada', { claims: { role: 'admin' as const } })).toExtend<Verdict<Claims>>();
  expectTypeOf(accept('ada', { claims: { role: 'owner' } })).not.toExtend<Verdict<Claims>>();
  expectTypeOf(accept('ada', { claims: {} })).not.toExtend<Verdict<Claims>>();
  expectTypeOf(accept('ada')).not.toExtend<Verdict<Claims>>();
  expectTypeOf<Authenticator>().not.toExtend<Authenticator<unknown, Claims>>();
  const open: Authenticator<unknown, Claims> = async (credentials) => {
    if (credentials.type === 'token') return postpone(1_000);
    if (credentials.type === 'cookie') return overload();
    return credentials.username === 'ada' ? accept('ada', { claims: { role: 'admin' } }) : refuse();
  };
  expectTypeOf(open).toExtend<Authenticator>();
});

it('an authenticator that names none may give different claims to different users, or none', () => {
  const sessions = createSessions({
    clock,
    authenticate: ({ type }) =>
      type === 'token'
        ? accept('ada', { claims: { role: 'admin' } })
        : type === 'cookie'
          ? accept('grace', { claims: { id: 7 } })
          : accept('joan'),
  });
  expectTypeOf(sessions).toEqualTypeOf<Sessions>();
  expectTypeOf<Session['identity']>().toEqualTypeOf<
    | ({ readonly user: string; readonly expiresInMs: number; readonly expiresAtMs?: number } & {
        readonly claims?: Readonly<Record<string, unknown>>;
      })
    | undefined
  >();
});

it('an authenticator in place may make its promise itself, without a type', () => {
  const sessions = createSessions({
    clock,
    authenticate: ({ type }) =>
      type === 'token' ? new Promise((resolve) => resolve(accept('ada'))) : refuse(),
  });
  expectTypeOf(sessions).toEqualTypeOf<Sessions>();
});

it('ports and functions that name no claims fit every type of claims', () => {
  const application: Application = (message, { identity }) => (identity?.claims?.['role'] ? message : 'none');
  const count = <Context>(sessions: Sessions<Context>) => sessions.size;
  const sessions = createSessions<unknown, Claims>({
    clock,
    authenticate: () => accept('ada', { claims: { role: 'admin' } }),
    application,
  });
  expectTypeOf(sessions).toEqualTypeOf<Sessions<unknown, Claims>>();
  expect(count(sessions)).toBe(0);
  expectTypeOf(createSessions({ clock, authenticate: admin })).toEqualTypeOf<Sessions>();
});
