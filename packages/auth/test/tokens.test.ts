/** Tokens of every kind of key, by jose itself, on a wall clock that the test sets. */
import { generateKeyPairSync } from 'node:crypto';
import { type TokenRefusal, type TokensOptions, tokens } from '@sallyport/auth';
import { SimulatedClock } from '@sallyport/core/testing';
import { tokenCredentials } from '@sallyport/protocol';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { ask, CONGRATULATION, gate, SORRY } from './auth-harness.ts';
import { at, now, START, secret, signed } from './signed-tokens.ts';

function signedWithout(claim: 'exp' | 'sub'): Promise<string> {
  const claims = { sub: 'ada', exp: at(60_000), iss: 'issuer', aud: 'chat', [claim]: undefined };
  return new SignJWT(JSON.parse(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret));
}

async function outcome(token: string, options: Partial<TokensOptions> = {}): Promise<unknown> {
  const asked = ask(
    tokens({ ...(options.jwksUrl === undefined && { secret }), now, ...options }),
    tokenCredentials(token),
  );
  await asked.done;
  return asked.verdict ?? asked.error;
}

/** Signatures are verified on threads of their own. */
async function heardAnything({ heard }: { heard(): readonly unknown[] }): Promise<void> {
  await vi.waitFor(() => expect(heard()).not.toEqual([]), 60_000);
}

const refused = { verdict: 'refused' };
const accepted = { verdict: 'accepted' };

describe('a good token', () => {
  it('says who it is, until when, and what else', async () => {
    expect(await outcome(await signed({ role: 'admin' }))).toEqual({
      verdict: 'accepted',
      identity: { user: 'ada', expiresInMs: 60_000, claims: { sub: 'ada', exp: at(60_000), role: 'admin' } },
    });
  });

  it.each([
    ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256'],
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256'],
    ['Ed25519', generateKeyPairSync('ed25519'), 'EdDSA'],
  ] as const)('may be of %s', async (_, { privateKey, publicKey }, alg) => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const authenticate = tokens({ publicKey: pem, now });
    const asked = ask(authenticate, tokenCredentials(await signed({}, privateKey, { alg })));
    await asked.done;
    expect(asked.verdict).toMatchObject(accepted);
    // The public key is known to everybody; it must not do as a secret.
    const forged = ask(authenticate, tokenCredentials(await signed({}, Buffer.from(pem), { alg: 'HS256' })));
    await forged.done;
    expect(forged.verdict).toEqual(refused);
  });

  it('has the issuer and the audience that are asked for', async () => {
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

describe('is refused:', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a token without exp', { exp: undefined }],
    ['a token without sub', { sub: undefined }],
    ['an empty sub', { sub: '' }],
    ['A13: a sub with control characters', { sub: 'a\nb' }],
    ['A17: a sub beyond the bound of names', { sub: 'x'.repeat(257) }],
    ['a sub that is no text', { sub: 7 }],
    ['an exp that is no number', { exp: '9e9' }],
    ['a token that is long expired', { exp: at(-60_001) }],
    ['a token that is not valid yet', { nbf: at(61_000) }],
  ])('%s', async (_, claims) => {
    const bare = JSON.parse(JSON.stringify({ sub: 'ada', exp: at(60_000), ...claims }));
    const token = await new SignJWT(bare).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
    expect(await outcome(token)).toEqual(refused);
  });

  it('another secret, another algorithm, no algorithm', async () => {
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

  it('whatever else is offered', async () => {
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
    const asked = ask(tokens({ secret }), 'ada:x');
    await asked.done;
    expect(asked.verdict).toEqual(refused);
  });
});

describe('the reason of a refusal', () => {
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

  it('may go to a listener that throws', async () => {
    const onRefused = () => {
      throw new Error('mine');
    };
    expect(await outcome('junk', { onRefused })).toEqual(refused);
  });
});

describe('A44: time', () => {
  it('has a leeway at the door, and none for the session', async () => {
    expect(await outcome(await signed({ exp: at(-59_000) }))).toMatchObject({ identity: { expiresInMs: 0 } });
    expect(await outcome(await signed({ exp: at(-59_000) }), { leewayMs: 0 })).toEqual(refused);
    expect(await outcome(await signed({ exp: at(1_000) }), { leewayMs: 0 })).toMatchObject({
      identity: { expiresInMs: 1_000 },
    });
    expect(await outcome(await signed({ nbf: at(59_000) }))).toMatchObject(accepted);
  });

  it('A45: the session ends at exp, with 4419', async () => {
    const { connect, clock } = gate(tokens({ secret, now }));
    const client = connect();
    client.say(`Bearer ${await signed({ exp: at(60_000) })}`);
    await heardAnything(client);
    expect(client.heard()).toEqual([CONGRATULATION]);
    clock.advance(59_999);
    client.say('hello');
    expect(client.heard()).toHaveLength(2);
    clock.advance(1);
    expect(client.heard().at(-1)).toBe('close 4419');
  });

  it('that is set forward or back a day neither ends nor lengthens a session', async () => {
    let wall = START;
    const clock = new SimulatedClock();
    const { connect } = gate(tokens({ secret, now: () => wall }), clock);
    for (const day of [86_400_000, -86_400_000]) {
      wall = START;
      const client = connect();
      client.say(`Bearer ${await signed({ exp: at(60_000) })}`);
      await heardAnything(client);
      wall = START + day;
      clock.advance(59_000);
      expect(client.heard()).toEqual([CONGRATULATION]);
      clock.advance(1_000);
      expect(client.heard().at(-1)).toBe('close 4419');
    }
  });

  it('of a stale token within the leeway is told 4419 and opens no session', async () => {
    const { connect, sessions } = gate(tokens({ secret, now }));
    const client = connect();
    client.say(`Bearer ${await signed({ exp: at(-1_000) })}`);
    await heardAnything(client);
    expect(client.heard()).toEqual(['close 4419']);
    expect(sessions.counters.authenticated).toBe(0);
  });

  it('is a number', () => {
    for (const leewayMs of [-1, Number.NaN]) expect(() => tokens({ secret, leewayMs })).toThrow('leewayMs');
  });
});

it('A31: a bad token is told what a wrong password is', async () => {
  const { connect } = gate(tokens({ secret, now }));
  const client = connect();
  client.say('Bearer junk', `Bearer ${await signed({}, Buffer.from(`${secret}!`))}`);
  await vi.waitFor(() => expect(client.heard()).toEqual([SORRY, SORRY]), 60_000);
});
