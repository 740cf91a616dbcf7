import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Options, parseOptions } from '../src/options.ts';
import { StartupError } from '../src/startup-error.ts';

const binary = { name: 'sallyport-ws', library: 'ws' };

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function optionsOf(...args: string[]): Options {
  const parsed = parseOptions(binary, args);
  if ('print' in parsed) throw new Error(parsed.print);
  return parsed.options;
}

function printOf(...args: string[]): string {
  const parsed = parseOptions(binary, args);
  if ('options' in parsed) throw new Error('prints nothing');
  return parsed.print;
}

function errorOf(...args: string[]): string {
  try {
    parseOptions(binary, args);
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  throw new Error('throws no StartupError');
}

describe('the options', () => {
  it('have defaults', () => {
    expect(optionsOf()).toEqual({
      host: '127.0.0.1',
      port: 5678,
      logLevel: 'info',
      allowOrigin: [],
      limits: {},
      insecure: false,
      newestSignInWins: false,
      givenAs: { host: '--host 127.0.0.1', port: '--port 5678' },
    });
  });

  it('come from the environment', () => {
    vi.stubEnv('SALLYPORT_HOST', 'localhost');
    vi.stubEnv('SALLYPORT_PORT', '6000');
    vi.stubEnv('SALLYPORT_LOG_LEVEL', 'silent');
    vi.stubEnv('SALLYPORT_ALLOW_ORIGIN', 'https://a.example, https://b.example:8443');
    expect(optionsOf()).toEqual({
      host: 'localhost',
      port: 6000,
      logLevel: 'silent',
      allowOrigin: ['https://a.example', 'https://b.example:8443'],
      limits: {},
      insecure: false,
      newestSignInWins: false,
      givenAs: { host: 'SALLYPORT_HOST=localhost', port: 'SALLYPORT_PORT=6000' },
    });
  });

  it('come from a flag if there is one; its variable is not parsed', () => {
    vi.stubEnv('SALLYPORT_HOST', 'two words');
    vi.stubEnv('SALLYPORT_PORT', 'none');
    vi.stubEnv('SALLYPORT_LOG_LEVEL', 'loud');
    vi.stubEnv('SALLYPORT_ALLOW_ORIGIN', '*');
    const args = ['--host=::1', '--port=0', '--log-level=warn', '--allow-origin=https://a.example'];
    expect(optionsOf(...args)).toMatchObject({
      host: '::1',
      port: 0,
      logLevel: 'warn',
      allowOrigin: ['https://a.example'],
      givenAs: { host: '--host ::1', port: '--port 0' },
    });
  });

  it('take --allow-origin more than once', () => {
    const args = ['--allow-origin', 'https://a.example', '--allow-origin', 'http://b.example,null'];
    expect(optionsOf(...args).allowOrigin).toEqual(['https://a.example', 'http://b.example', 'null']);
    // Fails if the parser appended to the default.
    expect(optionsOf().allowOrigin).toEqual([]);
  });

  it('take an IPv6 address in brackets', () => {
    expect(optionsOf('--host', '[::1]').host).toBe('::1');
  });

  it('ignore the dashes that package managers pass on', () => {
    expect(optionsOf('--', '--port', '6000').port).toBe(6000);
  });

  it.each([
    'https://app.example.org',
    'http://localhost:3000',
    'https://xn--bcher-kva.example',
    'http://[::1]:8080',
    'chrome-extension://abcdefghijklmnop',
    'null',
  ])('take the origin %s', (origin) => {
    expect(optionsOf('--allow-origin', origin).allowOrigin).toEqual([origin]);
  });
});

describe('variables that other software sets', () => {
  it.each(['tcp://10.0.0.7:5678', 'udp://10.0.0.7:5678', 'tcp://[::1]:5678'])(
    'SALLYPORT_PORT=%s of a Kubernetes Service is ignored and reported',
    (address) => {
      vi.stubEnv('SALLYPORT_PORT', address);
      expect(optionsOf()).toMatchObject({ port: 5678, ignoredVariables: ['SALLYPORT_PORT'] });
      expect(optionsOf('--port', '6000').port).toBe(6000);
    },
  );

  it('all empty, as Compose sets them, count as unset', () => {
    const defaults = optionsOf('--users', 'u');
    for (const name of printOf('--help').match(/SALLYPORT_[A-Z_]*[A-Z]/g) ?? []) vi.stubEnv(name, '');
    expect(optionsOf('--users', 'u')).toEqual(defaults);
  });

  it.each([
    'SALLYPORT_USERS',
    'SALLYPORT_TOKEN_SECRET_FILE',
    'SALLYPORT_TOKEN_PUBLIC_KEY',
    'SALLYPORT_TOKEN_JWKS_URL',
  ])('empty %s is refused if the demo user would be the only user', (name) => {
    vi.stubEnv(name, ' ');
    expect(errorOf()).toMatch(`${name} is empty: every user of this machine could sign in as the demo user`);
    expect(optionsOf('--token-jwks-url', 'https://a.example/')).toHaveProperty('authentication');
  });

  it.each([
    ['SALLYPORT_TOKEN_ISSUER', '--token-issuer'],
    ['SALLYPORT_TOKEN_AUDIENCE', '--token-audience'],
    ['SALLYPORT_TOKEN_ALGORITHMS', '--token-algorithms'],
  ])('empty %s is refused with a token key', (name, flag) => {
    vi.stubEnv(name, '');
    expect(errorOf('--token-secret-file', 's')).toMatch(`${name} is empty: tokens would be accepted without`);
    expect(optionsOf('--token-secret-file', 's', flag, 'x')).toHaveProperty('authentication');
    expect(optionsOf('--users', 'u')).toHaveProperty('authentication');
  });
});

describe('a bad option is refused in one line that names it and says what to do', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown flag', ['--prot', '1'], /'--prot' \(did you mean --port\?\); see --help/],
    ['a flag that resembles no other', ['--quite-unlike'], /unknown option '--quite-unlike'; see --help/],
    ['a flag without its value', ['--port'], /'--port <number>' argument missing; see --help/],
    ['an operand', ['6000'], /unexpected argument '6000': .*--port 6000/],
    ['the second operand', ['--port', '1', 'a', 'b'], /unexpected argument 'a'/],
    ['a port of words', ['--port', 'abc'], /--port .*'abc'.* from 0 to 65535, such as 5678/],
    ['a port too high', ['--port', '65536'], /--port .*'65536'.* from 0 to 65535/],
    ['a port that wraps', ['--port', '80000'], /'80000'/],
    ['a negative port', ['--port', '-1'], /'-1'/],
    ['a fractional port', ['--port', '80.5'], /'80\.5'/],
    ['a port in hex', ['--port', '0x50'], /'0x50'/],
    ['an empty port', ['--port', ''], /''/],
    ['a port with an equals sign', ['-p=3'], /'-p=3'/],
    [
      'an unknown level',
      ['--log-level', 'loud'],
      /--log-level .*'loud'.*trace, debug, info, warn, error, fatal, silent/,
    ],
    ['an empty host', ['--host', ''], /--host .*such as 127\.0\.0\.1/],
    ['a host with a port', ['--host', 'localhost:80'], /'localhost:80'.*without a port/],
    ['a host that is a URL', ['--host', 'ws://localhost'], /'ws:\/\/localhost'/],
    ['two hosts', ['--host', 'a b'], /'a b'/],
    ['a wildcard for any origin', ['--allow-origin', '*'], /'\*'.*no wildcards/],
    ['a wildcard in an origin', ['--allow-origin', 'https://*.example.org'], /no wildcards/],
    [
      'an origin with a slash',
      ['--allow-origin', 'https://a.example/'],
      /Did you mean https:\/\/a\.example\?/,
    ],
    [
      'an origin with a path',
      ['--allow-origin', 'https://a.example/b'],
      /Did you mean https:\/\/a\.example\?/,
    ],
    [
      'an origin with its default port',
      ['--allow-origin', 'https://a.example:443'],
      /mean https:\/\/a\.example\?/,
    ],
    ['an origin in capitals', ['--allow-origin', 'https://A.Example'], /Did you mean https:\/\/a\.example\?/],
    ['an origin without a scheme', ['--allow-origin', 'a.example'], /'a\.example'.*such as https:/],
    ['an origin with a user', ['--allow-origin', 'https://u:p@a.example'], /mean https:\/\/a\.example\?/],
    ['an empty origin', ['--allow-origin', ''], /such as https:/],
    ['one bad origin of two', ['--allow-origin', 'https://a.example,b'], /'https:\/\/a\.example,b'/],
  ])('%s', (_, args, message) => {
    expect(errorOf(...args)).toMatch(message);
    expect(errorOf(...args)).not.toContain('\n');
  });

  it.each([
    ['SALLYPORT_HOST', 'two words'],
    ['SALLYPORT_PORT', 'http://10.0.0.1:5678'],
    ['SALLYPORT_HOST', 'tcp://10.0.0.1:5678'],
    ['SALLYPORT_LOG_LEVEL', 'INFO'],
    ['SALLYPORT_ALLOW_ORIGIN', 'https://a.example/'],
  ])('the variable %s with %j', (name, value) => {
    vi.stubEnv(name, value);
    expect(errorOf()).toMatch(new RegExp(`'${value}' from env '${name}' is invalid\\. `));
  });

  it('a value with a line break, shown on one line', () => {
    expect(errorOf('--host', 'a\nb\u001b[31m')).toContain("'a\\u{a}b\\u{1b}[31m'");
  });
});

describe('the printed text', () => {
  it('is the version with --version', () => {
    expect(printOf('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(printOf('-V')).toBe(printOf('--version'));
  });

  it('is the help with --help, with every option, its variable and its default', () => {
    const help = printOf('--help').replace(/\s+/g, ' ');
    for (const flag of ['--host', '--port', '--log-level', '--allow-origin', '--help', '--version'])
      expect(help).toContain(flag);
    for (const name of ['HOST', 'PORT', 'LOG_LEVEL', 'ALLOW_ORIGIN'])
      expect(help).toContain(`env: SALLYPORT_${name}`);
    expect(help).toContain('default: 127.0.0.1');
    expect(help).toContain('or unix: for every connection over a Unix socket');
    expect(help).toContain('default: 5678');
    expect(help).toContain('default: info');
    expect(help).toContain('Examples: sallyport-ws');
  });

  it('is the help even with a bad variable', () => {
    vi.stubEnv('SALLYPORT_PORT', 'none');
    expect(printOf('-h')).toContain('Usage: sallyport-ws');
  });
});
