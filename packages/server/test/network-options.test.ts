/** The options for the network: valid combinations, and startup errors that name the option. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorOf, optionsOf } from './parsed-options.ts';

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('TLS', () => {
  it('takes a certificate and its key, by flag or by variable', () => {
    vi.stubEnv('SALLYPORT_TLS_KEY', 'key.pem');
    expect(optionsOf('--tls-cert', 'cert.pem').tls).toEqual({ cert: 'cert.pem', key: 'key.pem' });
    expect(optionsOf('--tls-cert', 'cert.pem', '--tls-key', 'other.pem').tls?.key).toBe('other.pem');
  });

  it('needs both the certificate and the key', () => {
    expect(errorOf('--tls-cert', 'c')).toBe('--tls-cert needs the private key of the certificate: --tls-key');
    expect(errorOf('--tls-key', 'k')).toBe('--tls-key needs the certificate of the key: --tls-cert');
    expect(errorOf('--tls-key', ' ')).toMatch(/--tls-key .*must not be empty/);
    vi.stubEnv('SALLYPORT_TLS_CERT', 'c');
    expect(errorOf()).toMatch(/^SALLYPORT_TLS_CERT needs/);
  });
});

it('A39: --trusted-proxy may be repeated and takes a list', () => {
  const args = ['--trusted-proxy', '10.0.0.1', '--trusted-proxy', '192.0.2.0/24, ::1'];
  const value = ['10.0.0.1', '192.0.2.0/24', '::1'];
  expect(optionsOf(...args).trustedProxies).toEqual({ value, name: '--trusted-proxy' });
  expect(optionsOf().trustedProxies).toBeUndefined();
  expect(errorOf('--trusted-proxy', '10.0.0.1,')).toMatch(/--trusted-proxy .*must not be empty/);
});

it('A48: --allow-host may be repeated, takes a list, and has a variable', () => {
  const args = ['--allow-host', 'a.example', '--allow-host', 'b.example, .c.example'];
  const value = ['a.example', 'b.example', '.c.example'];
  expect(optionsOf(...args).allowedHosts).toEqual({ value, name: '--allow-host' });
  expect(optionsOf().allowedHosts).toBeUndefined();
  expect(errorOf('--allow-host', 'a.example,')).toMatch(/--allow-host .*must not be empty/);
  vi.stubEnv('SALLYPORT_ALLOW_HOST', 'a.example,b.example');
  expect(optionsOf().allowedHosts).toEqual({
    value: ['a.example', 'b.example'],
    name: 'SALLYPORT_ALLOW_HOST',
  });
});

describe.each([
  ['--insecure', 'SALLYPORT_INSECURE', 'insecure'],
  ['--newest-sign-in-wins', 'SALLYPORT_NEWEST_SIGN_IN_WINS', 'newestSignInWins'],
] as const)('%s', (flag, variable, name) => {
  it.each([
    [undefined, false],
    ['', false],
    ['0', false],
    ['false', false],
    ['1', true],
    ['true', true],
  ])('with its variable set to %j is %s', (value, expected) => {
    vi.stubEnv(variable, value);
    expect(optionsOf()[name]).toBe(expected);
    expect(optionsOf(flag)[name]).toBe(true);
  });

  it('S10: refuses any other value of the variable', () => {
    vi.stubEnv(variable, 'maybe');
    expect(errorOf()).toBe(`${variable} must be 1 or 0, not 'maybe'`);
  });
});
