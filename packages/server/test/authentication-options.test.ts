import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseOptions } from '../src/options.ts';
import { StartupError } from '../src/startup-error.ts';

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function authenticationOf(...args: string[]) {
  const parsed = parseOptions({ name: 'sallyport-ws', library: 'ws' }, args);
  if ('print' in parsed) throw new Error(parsed.print);
  return parsed.options.authentication;
}

function errorOf(...args: string[]): string {
  try {
    authenticationOf(...args);
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  throw new Error('throws no StartupError');
}

it('returns undefined without any authentication option', () => {
  expect(authenticationOf()).toBeUndefined();
});

it('reads the flags and keeps their names', () => {
  expect(
    authenticationOf(
      '--users=u',
      '--token-jwks-url=https://a.example/',
      '--token-issuer=me',
      '--token-audience=chat, shop',
      '--token-algorithms=RS256,ES256',
    ),
  ).toEqual({
    users: { value: 'u', name: '--users' },
    tokenJwksUrl: { value: 'https://a.example/', name: '--token-jwks-url' },
    tokenIssuer: { value: 'me', name: '--token-issuer' },
    tokenAudience: { value: ['chat', 'shop'], name: '--token-audience' },
    tokenAlgorithms: { value: ['RS256', 'ES256'], name: '--token-algorithms' },
  });
});

it.each([
  ['SALLYPORT_USERS', 'users'],
  ['SALLYPORT_TOKEN_SECRET_FILE', 'tokenSecretFile'],
  ['SALLYPORT_TOKEN_PUBLIC_KEY', 'tokenPublicKey'],
  ['SALLYPORT_TOKEN_JWKS_URL', 'tokenJwksUrl'],
])('reads the variable %s', (variable, name) => {
  vi.stubEnv(variable, 'x');
  expect(authenticationOf()).toEqual({ [name]: { value: 'x', name: variable } });
});

it('reads the variables for the claims of tokens', () => {
  vi.stubEnv('SALLYPORT_TOKEN_ISSUER', 'me');
  vi.stubEnv('SALLYPORT_TOKEN_AUDIENCE', 'a,b');
  vi.stubEnv('SALLYPORT_TOKEN_ALGORITHMS', 'HS512');
  expect(authenticationOf('--token-secret-file', 's')).toEqual({
    tokenSecretFile: { value: 's', name: '--token-secret-file' },
    tokenIssuer: { value: 'me', name: 'SALLYPORT_TOKEN_ISSUER' },
    tokenAudience: { value: ['a', 'b'], name: 'SALLYPORT_TOKEN_AUDIENCE' },
    tokenAlgorithms: { value: ['HS512'], name: 'SALLYPORT_TOKEN_ALGORITHMS' },
  });
});

it.each<[string, string[], RegExp]>([
  ['an empty file name', ['--users', ''], /--users .*must not be empty/],
  [
    'two kinds of token key',
    ['--token-secret-file=a', '--token-jwks-url=b'],
    /^--token-secret-file and --token-jwks-url excl/,
  ],
  [
    'an issuer without a token key',
    ['--users=u', '--token-issuer=me'],
    /^--token-issuer needs .*--token-secret-file/,
  ],
  ['an empty algorithm', ['--token-secret-file=a', '--token-algorithms=,'], /must not be empty/],
])('refuses %s', (_, args, message) => {
  expect(errorOf(...args)).toMatch(message);
});
