/** The option `claims` of `tokens`: a schema checks the claims of a token, and gives the claims of the identity their type. */
import { anyOf, type ClaimsSchema, type TokenRefusal, type Tokens, throttled, tokens } from '@sallyport/auth';
import { type Authenticator, accept, createSessions, refuse, type Sessions } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { tokenCredentials } from '@sallyport/protocol';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { startAttempt } from './auth-harness.ts';
import { now, secret, signed } from './signed-tokens.ts';

const schema = z.object({ role: z.enum(['admin', 'guest']), plan: z.string().default('free') });
interface Claims {
  readonly role: 'admin' | 'guest';
  readonly plan: string;
}

/** The verdict on a token with these claims, or the error of the authenticator, and the reasons of refusals. */
async function outcomeOf(
  claims: StandardSchemaV1<unknown, Record<string, unknown>>,
  given: Record<string, unknown>,
) {
  const reasons: TokenRefusal[] = [];
  const authenticate = tokens({ secret, now, claims, onRefused: (reason) => reasons.push(reason) });
  const attempt = startAttempt(authenticate, tokenCredentials(await signed(given)));
  await attempt.done;
  return { outcome: attempt.verdict ?? attempt.error, reasons };
}

/** A schema without a library. */
const schemaOf = (validate: (value: unknown) => unknown) =>
  ({ '~standard': { version: 1, vendor: 'test', validate } }) as StandardSchemaV1<
    unknown,
    Record<string, unknown>
  >;

it('the identity has the claims that the schema returned, and no others', async () => {
  const { outcome } = await outcomeOf(schema, { role: 'admin', secret: 'x' });
  expect(outcome).toMatchObject({ verdict: 'accepted', identity: { user: 'ada' } });
  expect(outcome).toHaveProperty('identity.claims', { role: 'admin', plan: 'free' });
});

it('a token whose claims do not fit is refused, for a reason that quotes nothing', async () => {
  for (const given of [{}, { role: 'owner' }, { role: 7 }])
    expect(await outcomeOf(schema, given)).toEqual({ outcome: { verdict: 'refused' }, reasons: ['claims'] });
});

it('a schema may be asynchronous', async () => {
  const slow = schema.refine(async ({ role }) => role === 'admin');
  expect((await outcomeOf(slow, { role: 'admin' })).outcome).toMatchObject({ verdict: 'accepted' });
  expect((await outcomeOf(slow, { role: 'guest' })).reasons).toEqual(['claims']);
});

it.each<[string, (value: unknown) => unknown, RegExp]>([
  [
    'throws',
    () => {
      throw new Error('the database is down');
    },
    /^the database is down$/,
  ],
  ['rejects', () => Promise.reject(new Error('the database is down')), /^the database is down$/],
  ['returns no object', () => ({ value: 'secret' }), /^the schema of the option claims returned no object$/],
])('a schema that %s fails the sign-in', async (_, validate, message) => {
  const { outcome, reasons } = await outcomeOf(schemaOf(validate), {});
  expect(outcome).toBeInstanceOf(Error);
  expect((outcome as Error).message).toMatch(message);
  expect(reasons).toEqual([]);
});

it.each([[{}], [null], ['zod'], [{ '~standard': {} }]])('tokens refuses %j as a schema', (claims) => {
  expect(() => tokens({ secret, claims: claims as unknown as ClaimsSchema })).toThrow(
    /^claims must be a schema that follows Standard Schema v1/,
  );
});

it('the type of the claims reaches the sessions, also through throttled() and anyOf()', () => {
  const clock = new SimulatedClock();
  const signedClaims = tokens({ secret, claims: schema });
  expectTypeOf(signedClaims).toEqualTypeOf<Tokens<Claims>>();
  expectTypeOf(tokens({ secret })).toEqualTypeOf<Tokens>();
  const other: Authenticator<unknown, Claims> = () => accept('ada', { claims: { role: 'guest', plan: 'a' } });
  const authenticate = throttled(anyOf(signedClaims, other), { clock });
  expectTypeOf(authenticate).toEqualTypeOf<Authenticator<unknown, Claims>>();
  expectTypeOf(createSessions<unknown, Claims>({ clock, authenticate })).toEqualTypeOf<
    Sessions<unknown, Claims>
  >();
  createSessions<{ readonly tenant: string }>({
    clock,
    authenticate: throttled((_, { peer }) => (peer.context.tenant === 'a' ? accept('ada') : refuse()), {
      clock,
    }),
  });
});
