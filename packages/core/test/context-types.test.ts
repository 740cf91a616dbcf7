/** The type of a context flows from `createSessions` to every port, and a wrong one does not compile. */
import {
  type Admission,
  type Application,
  type Authenticator,
  accept,
  createSessions,
  type Observer,
  type RequestOptions,
  type Session,
  type Sessions,
} from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { expect, expectTypeOf, it } from 'vitest';
import { admin } from './harness.ts';

interface Tenant {
  readonly tenant: string;
}
const clock = new SimulatedClock();

it('a type of context reaches the authenticator, the application, the observer and every session', () => {
  const sessions = createSessions<Tenant>({
    clock,
    authenticate: (_, { peer }) => {
      expectTypeOf(peer.context).toEqualTypeOf<Tenant>();
      return accept(peer.context.tenant);
    },
    application: (_, { peer }) => {
      expectTypeOf(peer.context).toEqualTypeOf<Tenant>();
      return peer.context.tenant;
    },
    observe: { opened: ({ peer }) => expectTypeOf(peer.context).toEqualTypeOf<Tenant>() },
    onFault: ({ session }) => expectTypeOf(session?.peer.context).toEqualTypeOf<Tenant | undefined>(),
  });
  expectTypeOf(sessions).toEqualTypeOf<Sessions<Tenant>>();
  for (const { peer } of sessions) expectTypeOf(peer.context).toEqualTypeOf<Tenant>();
  expectTypeOf<Exclude<ReturnType<typeof sessions.admit>, { status: unknown }>>().toEqualTypeOf<
    Exclude<Admission<Tenant>, { status: unknown }>
  >();
  expect(sessions.size).toBe(0);
});

it('a type of context is inferred from an authenticator that names it', () => {
  const authenticate: Authenticator<Tenant> = (_, { peer }) => accept(peer.context.tenant);
  const sessions = createSessions({ clock, authenticate });
  expectTypeOf(sessions).toEqualTypeOf<Sessions<Tenant>>();
});

it('ports that name no context fit every type of context', () => {
  const application: Application = (message) => message;
  const observe: Observer = { opened: ({ id }) => void id };
  expectTypeOf(createSessions<Tenant>({ clock, authenticate: admin, application, observe })).toEqualTypeOf<
    Sessions<Tenant>
  >();
});

it('a context is required, and checked, where the sessions have a type of context', () => {
  expectTypeOf<{ context: () => Tenant }>().toExtend<RequestOptions<Tenant>>();
  expectTypeOf<{ context: () => number }>().not.toExtend<RequestOptions<Tenant>>();
  expectTypeOf<object>().not.toExtend<RequestOptions<Tenant>>();
  expectTypeOf<{ context: () => Promise<Tenant> }>().not.toExtend<RequestOptions<Tenant>>();
});

it('without a type of context, a context is optional and unknown', () => {
  const sessions = createSessions({ clock, authenticate: admin });
  expectTypeOf(sessions).toEqualTypeOf<Sessions>();
  expectTypeOf<Session['peer']['context']>().toEqualTypeOf<unknown>();
  expectTypeOf<{ context?: () => number }>().toExtend<RequestOptions>();
  expectTypeOf<object>().toExtend<RequestOptions>();
});
