import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseOptions } from '../src/options.ts';
import { Refusal } from '../src/refusal.ts';

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function entryOf(...args: string[]) {
  const parsed = parseOptions({ name: 'sallyport-ws', library: 'ws' }, args);
  if ('print' in parsed) throw new Error(parsed.print);
  return parsed.options.authentication;
}

function refusalOf(...args: string[]): string {
  try {
    entryOf(...args);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  throw new Error('is not refused');
}

it('is nothing if nobody has said who may enter', () => {
  expect(entryOf()).toBeUndefined();
});

it('comes by flags, and knows it', () => {
  expect(
    entryOf(
      '--users=u',
      '--token-jwks-url=https://a.example/',
      '--token-issuer=me',
      '--token-audience=chat, shop',
      '--token-algorithms=RS256,ES256',
    ),
  ).toEqual({
    users: { value: 'u', by: '--users' },
    tokenJwksUrl: { value: 'https://a.example/', by: '--token-jwks-url' },
    tokenIssuer: { value: 'me', by: '--token-issuer' },
    tokenAudience: { value: ['chat', 'shop'], by: '--token-audience' },
    tokenAlgorithms: { value: ['RS256', 'ES256'], by: '--token-algorithms' },
  });
});

it.each([
  ['SALLYPORT_USERS', 'users'],
  ['SALLYPORT_TOKEN_SECRET_FILE', 'tokenSecretFile'],
  ['SALLYPORT_TOKEN_PUBLIC_KEY', 'tokenPublicKey'],
  ['SALLYPORT_TOKEN_JWKS_URL', 'tokenJwksUrl'],
])('comes by %s', (variable, name) => {
  vi.stubEnv(variable, 'x');
  expect(entryOf()).toEqual({ [name]: { value: 'x', by: variable } });
});

it('comes by variables for what tokens must say', () => {
  vi.stubEnv('SALLYPORT_TOKEN_ISSUER', 'me');
  vi.stubEnv('SALLYPORT_TOKEN_AUDIENCE', 'a,b');
  vi.stubEnv('SALLYPORT_TOKEN_ALGORITHMS', 'HS512');
  expect(entryOf('--token-secret-file', 's')).toEqual({
    tokenSecretFile: { value: 's', by: '--token-secret-file' },
    tokenIssuer: { value: 'me', by: 'SALLYPORT_TOKEN_ISSUER' },
    tokenAudience: { value: ['a', 'b'], by: 'SALLYPORT_TOKEN_AUDIENCE' },
    tokenAlgorithms: { value: ['HS512'], by: 'SALLYPORT_TOKEN_ALGORITHMS' },
  });
});

it.each<[string, string[], RegExp]>([
  ['no file', ['--users', ''], /--users .*must not be empty/],
  [
    'two kinds of key',
    ['--token-secret-file=a', '--token-jwks-url=b'],
    /^--token-secret-file and --token-jwks-url excl/,
  ],
  ['an issuer of nothing', ['--users=u', '--token-issuer=me'], /^--token-issuer needs .*--token-secret-file/],
  ['an empty algorithm', ['--token-secret-file=a', '--token-algorithms=,'], /must not be empty/],
])('refuses %s', (_, args, message) => {
  expect(refusalOf(...args)).toMatch(message);
});
