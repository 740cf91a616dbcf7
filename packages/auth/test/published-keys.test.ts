/** Keys that an issuer publishes: fetched over HTTP on this machine, on a wall clock that the test sets. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import { TokenKeysError, type TokenRefusal, type TokensOptions, tokens } from '@sallyport/auth';
import { tokenCredentials } from '@sallyport/protocol';
import { exportJWK } from 'jose';
import { expect, it, onTestFinished, vi } from 'vitest';
import { harness, startAttempt } from './auth-harness.ts';
import { now, signed } from './signed-tokens.ts';

const refused = { verdict: 'refused' };
const accepted = { verdict: 'accepted' };
const overloaded = { verdict: 'overloaded' };

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
const pair = (): Pair => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const first = pair();
const second = pair();
const stranger = pair();
const published = async (kid: string | undefined, { publicKey }: Pair) => ({
  ...(await exportJWK(publicKey)),
  ...(kid !== undefined && { kid }),
  alg: 'ES256',
});
const by = (kid: string | undefined, { privateKey }: Pair) =>
  signed({}, privateKey, { alg: 'ES256', ...(kid !== undefined && { kid }) });

/** Moves the wall clock forward. */
function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

/** An issuer over HTTP. `body` and `status` are its answer, `requests` counts. */
async function issuer(keys: unknown[], options: Partial<TokensOptions> = {}) {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const there = {
    body: JSON.stringify({ keys }),
    status: 200,
    requests: 0,
    publish: (...keys: unknown[]) => {
      there.body = JSON.stringify({ keys });
    },
  };
  const server = createServer((_, response) => {
    there.requests += 1;
    response.statusCode = there.status;
    response.end(there.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const reasons: TokenRefusal[] = [];
  const problems: string[] = [];
  let changes = 0;
  const authenticate = tokens({
    jwksUrl: `http://127.0.0.1:${port}/jwks?secret=x`,
    now,
    onRefused: (reason) => reasons.push(reason),
    onProblem: (problem) => problems.push(problem),
    onKeysChanged: () => {
      changes += 1;
    },
    ...options,
  });
  const outcome = async (token: string): Promise<unknown> => {
    const attempt = startAttempt(authenticate, tokenCredentials(token));
    await attempt.done;
    return attempt.verdict ?? attempt.error;
  };
  return { there, authenticate, outcome, server, port, reasons, problems, changes: () => changes };
}

it.each<[string, RegExp, (there: { status: number; body: string }, stop: () => unknown) => unknown]>([
  ['refuses connections', /ECONNREFUSED/, (_, stop) => stop()],
  ['answers 500', /Expected 200 OK/, (there) => Object.assign(there, { status: 500 })],
  ['answers something else', /malformed/i, (there) => Object.assign(there, { body: '{}' })],
])(
  'A sign-in fails with the place and the reason if the issuer %s and no keys are known',
  async (_, why, prepare) => {
    const { there, outcome, server, port, problems } = await issuer([await published('1', first)]);
    await prepare(there, () => new Promise((resolve) => server.close(resolve)));
    const error = await outcome(await by('1', first));
    expect(error).toBeInstanceOf(TokenKeysError);
    const { message } = error as TokenKeysError;
    expect(message).toContain(
      `the keys that tokens are verified with cannot be fetched from http://127.0.0.1:${port} (`,
    );
    expect(message).toMatch(why);
    expect(message).not.toMatch(/\n|secret=/);
    expect(problems).toEqual([message]);
  },
);

it('Keys are fetched once for many sign-ins, and kept', async () => {
  const { there, outcome } = await issuer([await published('1', first)]);
  const token = await by('1', first);
  expect(await Promise.all([outcome(token), outcome(token), outcome(token)])).toMatchObject([
    accepted,
    accepted,
    accepted,
  ]);
  expect(await outcome(token)).toMatchObject(accepted);
  expect(there.requests).toBe(1);
});

it('A token without a key name is verified by any of the published keys', async () => {
  const { outcome } = await issuer([await published(undefined, first), await published(undefined, second)]);
  expect(await outcome(await by(undefined, second))).toMatchObject(accepted);
  expect(await outcome(await by(undefined, stranger))).toEqual(refused);
});

it('A token with an unknown key is refused only after a fetch; until a fetch is allowed, the client gets 1013', async () => {
  const { there, outcome, reasons } = await issuer([await published('1', first)]);
  expect(await outcome(await by('x', stranger))).toEqual(refused);
  for (const kid of ['x', 'y', 'z']) expect(await outcome(await by(kid, stranger))).toEqual(overloaded);
  expect(there.requests).toBe(1);
  pass(10_000);
  expect(await outcome(await by('y', stranger))).toEqual(refused);
  expect(there.requests).toBe(2);
  expect(reasons).toEqual(['keyUnknown', 'keyNotKnownYet', 'keyNotKnownYet', 'keyNotKnownYet', 'keyUnknown']);
});

it('A token whose key was published after the last fetch is accepted as soon as a fetch is allowed, and never refused', async () => {
  const { there, outcome, changes } = await issuer([await published('1', first)]);
  expect(await outcome(await by('1', first))).toMatchObject(accepted);
  there.publish(await published('2', second));
  expect(await outcome(await by('2', second))).toEqual(overloaded);
  pass(10_000);
  expect(await outcome(await by('2', second))).toMatchObject(accepted);
  expect(changes()).toBe(1);
  pass(10_000);
  expect(await outcome(await by('1', first))).toEqual(refused);
});

it.each([undefined, '1'])(
  'A key that the issuer replaces under the same name (%s) is found by a new fetch',
  async (kid) => {
    const { there, outcome } = await issuer([await published(kid, first)]);
    expect(await outcome(await by(kid, first))).toMatchObject(accepted);
    there.publish(await published(kid, second));
    pass(10_000);
    expect(await outcome(await by(kid, second))).toMatchObject(accepted);
  },
);

it('reload() fetches the keys at once', async () => {
  const { there, outcome, authenticate } = await issuer([await published('1', first)]);
  expect(await outcome(await by('1', first))).toMatchObject(accepted);
  there.publish(await published('2', second));
  await authenticate.reload();
  expect(await outcome(await by('2', second))).toMatchObject(accepted);
});

it('The last keys stay in use for a day while the issuer cannot be reached, and a problem is reported', async () => {
  const { there, outcome, problems, port } = await issuer([await published('1', first)]);
  const token = await by('1', first);
  expect(await outcome(token)).toMatchObject(accepted);
  there.status = 503;
  pass(600_000);
  expect(await outcome(token)).toMatchObject(accepted);
  expect(await outcome(token)).toMatchObject(accepted);
  expect(there.requests).toBe(2);
  expect(problems).toEqual([
    `the keys that tokens are verified with cannot be fetched from http://127.0.0.1:${port} (Expected 200 OK from the JSON Web Key Set HTTP response); the keys that were fetched before stay in use`,
  ]);
  // A wrong token is refused. A token with an unknown key cannot be verified now.
  expect(await outcome(await by('1', stranger))).toEqual(refused);
  expect(await outcome(await by('2', second))).toEqual(overloaded);
  pass(86_400_000 - 600_000 - 1);
  expect(await outcome(token)).toMatchObject(accepted);
  pass(1);
  expect(await outcome(token)).toBeInstanceOf(TokenKeysError);
  there.status = 200;
  expect(await outcome(token)).toMatchObject(accepted);
});

it('jwksStaleMs bounds the time for which old keys stay in use', async () => {
  const { there, outcome } = await issuer([await published('1', first)], { jwksStaleMs: 0 });
  const token = await by('1', first);
  expect(await outcome(token)).toMatchObject(accepted);
  there.status = 503;
  pass(599_999);
  expect(await outcome(token)).toMatchObject(accepted);
  pass(1);
  expect(await outcome(token)).toBeInstanceOf(TokenKeysError);
});

it('A wall clock that is set back does not make old keys fresh', async () => {
  const { there, outcome } = await issuer([await published('1', first)]);
  expect(await outcome(await by('1', first))).toMatchObject(accepted);
  there.publish(await published('2', second));
  pass(-86_400_000);
  expect(await outcome(await by('1', first))).toEqual(refused);
  expect(there.requests).toBe(2);
});

it.each([
  ['an error', { status: 500 }],
  ['junk', { body: 'junk' }],
  ['no keys', { body: '{}' }],
  ['a redirect', { status: 302 }],
])('A24: an issuer that answers %s makes the sign-in fail, and is never a refusal', async (_, answer) => {
  const { there, outcome, authenticate } = await issuer([]);
  Object.assign(there, answer);
  expect(await outcome(await by('1', first))).toBeInstanceOf(Error);
  const { connect, faults } = harness(authenticate);
  const client = connect();
  client.send(`Bearer ${await by('1', first)}`);
  await vi.waitFor(() => expect(client.received()).not.toEqual([]), 60_000);
  expect(client.received()).toEqual(['close 1011']);
  expect(faults).toMatchObject([{ source: 'authenticator' }]);
});

it('A client whose token has an unknown key is closed with 1013, so it connects again with the same token', async () => {
  const { outcome, authenticate } = await issuer([await published('1', first)]);
  expect(await outcome(await by('1', first))).toMatchObject(accepted);
  const client = harness(authenticate).connect();
  client.send(`Bearer ${await by('2', second)}`);
  await vi.waitFor(() => expect(client.received()).toEqual(['close 1013']), 60_000);
});
