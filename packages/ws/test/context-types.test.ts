/** `attach` and `serve` require a context where the sessions have a type of one. */

import type { Server } from 'node:http';
import { accept, createSessions } from '@sallyport/core';
import { attach, serve, systemClock } from '@sallyport/ws';
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
export const calls = (server: Server) => [
  attach(server, plain),
  attach(server, plain, { path: '/chat', context: ({ path }) => path }),
  attach(server, typed, { context: ({ header }) => ({ tenant: header('x-tenant') ?? '' }) }),
  // @ts-expect-error The context is missing.
  attach(server, typed),
  // @ts-expect-error The context is missing.
  attach(server, typed, { path: '/chat' }),
  // @ts-expect-error A context of another type.
  attach(server, typed, { context: () => 1 }),
  serve(plain, where),
  serve(typed, { ...where, context: () => ({ tenant: 'a' }) }),
  // @ts-expect-error The context is missing.
  serve(typed, where),
];

it('compiles: the types of contexts are checked above', () => {
  expect(calls).toBeTypeOf('function');
});
