/** `behavior` and `serve` require a context where the sessions have a type of one. */
import { accept, createSessions } from '@sallyport/core';
import { behavior, type Library, serve, systemClock } from '@sallyport/uws';
import { expect, it } from 'vitest';

interface Tenant {
  readonly tenant: string;
}

const plain = createSessions({ authenticate: () => accept('ada'), clock: systemClock });
const typed = createSessions<Tenant>({
  authenticate: (_, { peer }) => accept(peer.context.tenant),
  clock: systemClock,
});
const where = { host: '127.0.0.1', port: 0 };

/** Compiled, never called. */
export const calls = (library: Library) => [
  behavior(plain),
  behavior(typed, { context: ({ header }) => ({ tenant: header('x-tenant') ?? '' }) }),
  // @ts-expect-error The context is missing.
  behavior(typed),
  // @ts-expect-error A context of another type.
  behavior(typed, { context: () => 1 }),
  serve(plain, { ...where, library }),
  serve(typed, { ...where, library, context: () => ({ tenant: 'a' }) }),
  // @ts-expect-error The context is missing.
  serve(typed, { ...where, library }),
];

it('compiles: the types of contexts are checked above', () => {
  expect(calls).toBeTypeOf('function');
});
