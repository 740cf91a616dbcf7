/** Tokens for every kind of key, signed by jose, on a wall clock that the test sets. */
import { generateKeyPairSync } from 'node:crypto';
import { type TokenRefusal, type TokensOptions, tokens } from '@sallyport/auth';
import { SimulatedClock } from '@sallyport/core/testing';
import { tokenCredentials } from '@sallyport/protocol';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { CONGRATULATION, harness, SORRY, startAttempt } from './auth-harness.ts';
import { at, now, START, secret, signed } from './signed-tokens.ts';

function signedWithout(claim: 'exp' | 'sub'): Promise<string> {
  const claims = { sub: 'ada', exp: at(60_000), iss: 'issuer', aud: 'chat', [claim]: undefined };
  return new SignJWT(JSON.parse(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret));
}

async function outcome(token: string, options: Partial<TokensOptions> = {}): Promise<unknown> {
  const attempt = startAttempt(
    tokens({ ...(options.jwksUrl === undefined && { secret }), now, ...options }),
    tokenCredentials(token),
  );
  await attempt.done;
  return attempt.verdict ?? attempt.error;
}

/** Other threads verify the signatures. */
async function receivedAnything({ received }: { received(): readonly unknown[] }): Promise<void> {
  await vi.waitFor(() => expect(received()).not.toEqual([]), 60_000);
}

const refused = { verdict: 'refused' };
const accepted = { verdict: 'accepted' };

describe('A good token', () => {
  it('gives the user, the expiry and the claims', async () => {
    expect(await outcome(await signed({ role: 'admin' }))).toEqual({
      verdict: 'accepted',
      identity: {
        user: 'ada',
        expiresInMs: 60_000,
        expiresAtMs: START + 60_000,
        claims: { sub: 'ada', exp: at(60_000), role: 'admin' },
      },
    });
  });

  it.each([
    ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256'],
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256'],
    ['Ed25519', generateKeyPairSync('ed25519'), 'EdDSA'],
  ] as const)('may have a signature of %s', async (_, { privateKey, publicKey }, alg) => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const authenticate = tokens({ publicKey: pem, now });
    const attempt = startAttempt(authenticate, tokenCredentials(await signed({}, privateKey, { alg })));
    await attempt.done;
    expect(attempt.verdict).toMatchObject(accepted);
    // The public key is public. It must not count as a secret.
    const forged = startAttempt(
      authenticate,
      tokenCredentials(await signed({}, Buffer.from(pem), { alg: 'HS256' })),
    );
    await forged.done;
    expect(forged.verdict).toEqual(refused);
  });

  it('must have one of the issuers and audiences of the options', async () => {
    const options = { issuer: 'https://id.example', audience: ['chat', 'other'] };
    expect(await outcome(await signed({ iss: 'https://id.example', aud: 'chat' }), options)).toMatchObject(
      accepted,
    );
    expect(await outcome(await signed({ iss: 'https://id.example' }), options)).toEqual(refused);
    expect(await outcome(await signed({ iss: 'https://evil.example', aud: 'chat' }), options)).toEqual(
      refused,
    );
    expect(await outcome(await signed({ iss: 'https://id.example', aud: 'shop' }), options)).toEqual(refused);
  });
});

describe('tokens() refuses', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a token without exp', { exp: undefined }],
    ['a token without sub', { sub: undefined }],
    ['an empty sub', { sub: '' }],
    ['A13: a sub with control characters', { sub: 'a\nb' }],
    ['A17: a sub beyond the bound of names', { sub: 'x'.repeat(257) }],
    ['a sub that is not text', { sub: 7 }],
    ['an exp that is not a number', { exp: '9e9' }],
    ['a token that is long expired', { exp: at(-60_001) }],
    ['a token that is not valid yet', { nbf: at(61_000) }],
  ])('%s', async (_, claims) => {
    const bare = JSON.parse(JSON.stringify({ sub: 'ada', exp: at(60_000), ...claims }));
    const token = await new SignJWT(bare).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
    expect(await outcome(token)).toEqual(refused);
  });

  it('a token of another secret, another algorithm, or no algorithm', async () => {
    expect(await outcome(await signed({}, Buffer.from(`${secret}!`)))).toEqual(refused);
    expect(await outcome(await signed({}, Buffer.from(secret), { alg: 'HS512' }))).toEqual(refused);
    const [, payload] = (await signed()).split('.');
    for (const alg of ['none', 'None', 'NONE']) {
      const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
      expect(await outcome(`${header}.${payload}.`)).toEqual(refused);
    }
  });

  it('A33: a signature of any length', async () => {
    const [header, payload] = (await signed()).split('.');
    for (let length = 0; length <= 64; length += 1)
      expect(await outcome(`${header}.${payload}.${Buffer.alloc(length).toString('base64url')}`)).toEqual(
        refused,
      );
  });

  it('any text that is not a token, and any changed token', async () => {
    const good = await signed();
    const mutated = fc
      // Not the last letter, which has bits that do not count.
      .tuple(fc.nat(good.length - 2), fc.constantFrom('A', '.', '-', '=', ''))
      .map(([index, other]) => good.slice(0, index) + other + good.slice(index + 1))
      .filter((token) => token !== good);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.stringMatching(/^[A-Za-z0-9._~+/-]*=*$/), mutated), async (token) => {
        expect(await outcome(token)).toEqual(refused);
      }),
    );
  });

  it('a password', async () => {
    const attempt = startAttempt(tokens({ secret }), 'ada:x');
    await attempt.done;
    expect(attempt.verdict).toEqual(refused);
  });
});

describe('The reason of a refused token', () => {
  it.each<[TokenRefusal, () => Promise<string>]>([
    ['audience', () => signed({ iss: 'issuer', aud: 'shop' })],
    ['audience', () => signed({ iss: 'issuer' })],
    ['issuer', () => signed({ iss: 'other', aud: 'chat' })],
    ['issuer', () => signed({ aud: 'chat' })],
    ['expired', () => signed({ iss: 'issuer', aud: 'chat', exp: at(-61_000) })],
    ['notYetValid', () => signed({ iss: 'issuer', aud: 'chat', nbf: at(61_000) })],
    ['signature', () => signed({ iss: 'issuer', aud: 'chat' }, Buffer.from(`${secret}!`))],
    ['algorithm', () => signed({ iss: 'issuer', aud: 'chat' }, undefined, { alg: 'HS512' })],
    ['malformed', async () => 'junk'],
    ['malformed', () => signed({ iss: 'issuer', aud: 'chat', nbf: 'soon' as never })],
    ['noExpiry', () => signedWithout('exp')],
    ['noSubject', () => signedWithout('sub')],
    ['subject', () => signed({ iss: 'issuer', aud: 'chat', sub: 'a\nb' })],
  ])('is reported as %s, and the token is not', async (reason, make) => {
    const reports: unknown[] = [];
    const options = {
      issuer: 'issuer',
      audience: 'chat',
      onRefused: (reason: TokenRefusal, { peer }: { peer: unknown }) => reports.push([reason, peer]),
    };
    expect(await outcome(await make(), options)).toEqual(refused);
    expect(reports).toEqual([[reason, { address: '192.0.2.1' }]]);
  });

  it('may go to a callback that throws', async () => {
    const onRefused = () => {
      throw new Error('mine');
    };
    expect(await outcome('junk', { onRefused })).toEqual(refused);
  });
});

describe('A44: the time in a token', () => {
  it('has a leeway for the sign-in, and none for the session', async () => {
    expect(await outcome(await signed({ exp: at(-59_000) }))).toMatchObject({ identity: { expiresInMs: 0 } });
    expect(await outcome(await signed({ exp: at(-59_000) }), { leewayMs: 0 })).toEqual(refused);
    expect(await outcome(await signed({ exp: at(1_000) }), { leewayMs: 0 })).toMatchObject({
      identity: { expiresInMs: 1_000 },
    });
    expect(await outcome(await signed({ nbf: at(59_000) }))).toMatchObject(accepted);
  });

  it('A45: the session ends at exp, with 4419', async () => {
    const { connect, clock } = harness(tokens({ secret, now }));
    const client = connect();
    client.send(`Bearer ${await signed({ exp: at(60_000) })}`);
    await receivedAnything(client);
    expect(client.received()).toEqual([CONGRATULATION]);
    clock.advance(59_999);
    client.send('hello');
    expect(client.received()).toHaveLength(2);
    clock.advance(1);
    expect(client.received().at(-1)).toBe('close 4419');
  });

  it('on the clock of tokens(), set a day forward or back, changes no running session', async () => {
    let wall = START;
    const clock = new SimulatedClock();
    const { connect } = harness(tokens({ secret, now: () => wall }), clock);
    for (const day of [86_400_000, -86_400_000]) {
      wall = START;
      const client = connect();
      client.send(`Bearer ${await signed({ exp: at(60_000) })}`);
      await receivedAnything(client);
      wall = START + day;
      clock.advance(59_000);
      expect(client.received()).toEqual([CONGRATULATION]);
      clock.advance(1_000);
      expect(client.received().at(-1)).toBe('close 4419');
    }
  });

  it('past exp while the machine was suspended ends the session with 4419', async () => {
    const clock = new SimulatedClock();
    clock.moveWallClock(START);
    const client = harness(tokens({ secret, now }), clock).connect();
    client.send(`Bearer ${await signed({ exp: at(60_000) })}`);
    await receivedAnything(client);
    expect(client.received()).toEqual([CONGRATULATION]);
    clock.moveWallClock(60_000);
    clock.advance(2_000);
    expect(client.received().at(-1)).toBe('close 4419');
  });

  it('may be too far away for a date', async () => {
    expect(await outcome(await signed({ exp: 1e308 }))).toMatchObject(accepted);
  });

  it('past exp within the leeway closes with 4419 and opens no session', async () => {
    const { connect, sessions } = harness(tokens({ secret, now }));
    const client = connect();
    client.send(`Bearer ${await signed({ exp: at(-1_000) })}`);
    await receivedAnything(client);
    expect(client.received()).toEqual(['close 4419']);
    expect(sessions.counters.authenticated).toBe(0);
  });

  it('has a leeway that must be a number of at least 0', () => {
    for (const leewayMs of [-1, Number.NaN]) expect(() => tokens({ secret, leewayMs })).toThrow('leewayMs');
  });
});

it('A31: a bad token gets the answer of a wrong password', async () => {
  const { connect } = harness(tokens({ secret, now }));
  const client = connect();
  client.send('Bearer junk', `Bearer ${await signed({}, Buffer.from(`${secret}!`))}`);
  await vi.waitFor(() => expect(client.received()).toEqual([SORRY, SORRY]), 60_000);
});
