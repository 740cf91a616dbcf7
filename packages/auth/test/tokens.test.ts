/** Tokens of every kind of key, by jose itself, on a wall clock that the test sets. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import { TokenKeysError, type TokensOptions, tokens } from '@sallyport/auth';
import { SimulatedClock } from '@sallyport/core/testing';
import { tokenCredentials } from '@sallyport/protocol';
import fc from 'fast-check';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ask, CONGRATULATION, gate, SORRY } from './auth-harness.ts';

const secret = 'a secret of thirty-two bytes, or more';
const START = Date.UTC(2030, 0, 1);
const now = () => START;
/** Seconds since 1970, as claims have them. */
const at = (ms: number) => (START + ms) / 1_000;

function signed(
  claims: JWTPayload = {},
  key: KeyObject | Uint8Array = Buffer.from(secret),
  header: { alg: string; kid?: string } = { alg: 'HS256' },
): Promise<string> {
  return new SignJWT({ sub: 'ada', exp: at(60_000), ...claims }).setProtectedHeader(header).sign(key);
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

describe('published keys', () => {
  const first = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const second = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const published = async (kid: string | undefined, { publicKey }: { publicKey: KeyObject }) => ({
    ...(await exportJWK(publicKey)),
    ...(kid !== undefined && { kid }),
    alg: 'ES256',
  });
  const by = (kid: string | undefined, { privateKey }: { privateKey: KeyObject }) =>
    signed({}, privateKey, { alg: 'ES256', ...(kid !== undefined && { kid }) });

  /** An issuer over HTTP; `says` is what it answers. */
  async function issuer(keys: unknown[]) {
    const issuer = { says: JSON.stringify({ keys }), status: 200, asked: 0 };
    const server = createServer((_, response) => {
      issuer.asked += 1;
      response.statusCode = issuer.status;
      response.end(issuer.says);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const authenticate = tokens({ jwksUrl: `http://127.0.0.1:${port}/jwks?secret=x`, now });
    const outcome = async (token: string): Promise<unknown> => {
      const asked = ask(authenticate, tokenCredentials(token));
      await asked.done;
      return asked.verdict ?? asked.error;
    };
    return { issuer, authenticate, outcome, server };
  }

  it.each<[string, RegExp, (there: { status: number; says: string }, stop: () => unknown) => unknown]>([
    ['nobody listens', /ECONNREFUSED/, (_, stop) => stop()],
    ['it fails', /Expected 200 OK/, (there) => Object.assign(there, { status: 500 })],
    ['it talks of something else', /malformed/i, (there) => Object.assign(there, { says: '{}' })],
  ])('that cannot be had, since %s, are an error that says where and why', async (_, why, prepare) => {
    const { issuer: there, outcome, server } = await issuer([await published('1', first)]);
    const { port } = server.address() as { port: number };
    await prepare(there, () => new Promise((resolve) => server.close(resolve)));
    const error = await outcome(await by('1', first));
    expect(error).toBeInstanceOf(TokenKeysError);
    const { message } = error as TokenKeysError;
    expect(message).toContain(
      `the keys that tokens are verified with cannot be had from http://127.0.0.1:${port} (`,
    );
    expect(message).toMatch(why);
    expect(message).not.toMatch(/\n|secret=/);
  });

  it('are fetched once for many, and kept', async () => {
    const { issuer: there, outcome } = await issuer([await published('1', first)]);
    const token = await by('1', first);
    expect(await Promise.all([outcome(token), outcome(token), outcome(token)])).toMatchObject([
      accepted,
      accepted,
      accepted,
    ]);
    expect(await outcome(token)).toMatchObject(accepted);
    expect(there.asked).toBe(1);
  });

  it('may have no names', async () => {
    const { outcome } = await issuer([await published(undefined, first), await published(undefined, second)]);
    expect(await outcome(await by(undefined, second))).toMatchObject(accepted);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(await outcome(await by(undefined, stranger))).toEqual(refused);
  });

  it('an unknown one is a refusal, and no stranger makes us ask again and again', async () => {
    const { issuer: there, outcome } = await issuer([await published('1', first)]);
    for (const kid of ['x', 'y', 'z']) expect(await outcome(await by(kid, second))).toEqual(refused);
    expect(there.asked).toBe(1);
  });

  it('are fetched again when there is a new one, after a while', async () => {
    const { issuer: there, outcome } = await issuer([await published('1', first)]);
    expect(await outcome(await by('1', first))).toMatchObject(accepted);
    there.says = JSON.stringify({ keys: [await published('2', second)] });
    expect(await outcome(await by('2', second))).toEqual(refused);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect(await outcome(await by('2', second))).toMatchObject(accepted);
    expect(await outcome(await by('1', first))).toEqual(refused);
    expect(there.asked).toBe(2);
  });

  it.each([
    ['an error', { status: 500 }],
    ['junk', { says: 'junk' }],
    ['no keys', { says: '{}' }],
    ['another place', { status: 302 }],
  ])('A24: that cannot be had are a failure, never a refusal: %s', async (_, answer) => {
    const { issuer: there, outcome, authenticate } = await issuer([]);
    Object.assign(there, answer);
    expect(await outcome(await by('1', first))).toBeInstanceOf(Error);
    const { connect, faults } = gate(authenticate);
    const client = connect();
    client.say(`Bearer ${await by('1', first)}`);
    await vi.waitFor(() => expect(client.heard()).not.toEqual([]), 60_000);
    expect(client.heard()).toEqual(['close 1011']);
    expect(faults).toMatchObject([{ source: 'authenticator' }]);
  });
});
