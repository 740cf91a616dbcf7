/** The three sources of the configuration: the file, the environment and the flags, in rising order. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorOf, optionsOf } from '../parsed-options.ts';

let folder: string;
let file: string;
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
  folder = mkdtempSync(join(tmpdir(), 'sallyport-configuration-'));
  file = join(folder, 'sallyport.json');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function write(content: unknown): void {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

describe('a configuration file', () => {
  it('gives values of every form', () => {
    write({
      $schema: 'https://example.org/schema.json',
      port: 6000,
      logLevel: 'warn',
      allowOrigin: ['https://a.example'],
      newestSignInWins: true,
      messageRate: 5,
    });
    expect(optionsOf('--config', file)).toMatchObject({
      port: 6000,
      logLevel: 'warn',
      allowOrigin: ['https://a.example'],
      newestSignInWins: true,
      limits: { messagesPerSecond: 5 },
      givenAs: { port: `port in ${file} (6000)` },
    });
  });

  it('is overridden by a variable, and the variable by a flag', () => {
    write({ port: 6000, host: '::1', attempts: 3, insecure: true });
    vi.stubEnv('SALLYPORT_PORT', '6001');
    vi.stubEnv('SALLYPORT_ATTEMPTS', '4');
    vi.stubEnv('SALLYPORT_INSECURE', '0');
    expect(optionsOf('--config', file, '--port', '6002')).toMatchObject({
      port: 6002,
      host: '::1',
      insecure: false,
      limits: { attempts: 4 },
    });
  });

  it('may be named by SALLYPORT_CONFIG, which --config overrides', () => {
    write({ port: 6000 });
    vi.stubEnv('SALLYPORT_CONFIG', file);
    expect(optionsOf().port).toBe(6000);
    const other = join(folder, 'other.json');
    writeFileSync(other, '{ "port": 6003 }');
    expect(optionsOf('--config', other).port).toBe(6003);
  });

  it('named sallyport.json in the working directory is read without --config', () => {
    write({ port: 6000 });
    const start = process.cwd();
    process.chdir(folder);
    try {
      expect(optionsOf()).toMatchObject({ port: 6000, givenAs: { port: 'port in sallyport.json (6000)' } });
    } finally {
      process.chdir(start);
    }
  });

  it('has paths that start at its own folder', () => {
    write({ users: 'users', tlsCert: '/etc/cert.pem', tlsKey: './key.pem' });
    const { authentication, tls } = optionsOf('--config', file);
    expect(authentication?.users).toEqual({ value: join(folder, 'users'), name: `users in ${file}` });
    expect(tls).toEqual({ cert: '/etc/cert.pem', key: join(folder, 'key.pem') });
  });

  it('whose variable is empty is refused, because the demo user could sign in', () => {
    vi.stubEnv('SALLYPORT_CONFIG', '');
    expect(errorOf()).toMatch('SALLYPORT_CONFIG is empty: every user of this machine could sign in');
  });
});

describe('S10: a wrong configuration file is refused', () => {
  it('with one line for each bad value: its key, its source, and what is allowed', () => {
    write({ port: '6000', attempts: 0, allowOrigin: ['https://a.example', '*'], insecure: 'yes', prot: 1 });
    vi.stubEnv('SALLYPORT_IDLE_TIME', '1h');
    const lines = errorOf('--config', file, '--message-size', '16kb').split('\n  ');
    expect(lines).toEqual([
      '7 problems:',
      `port in ${file} is invalid: "6000". It must be a whole number from 0 to 65535, such as 5678.`,
      `allowOrigin in ${file} is invalid: ["https://a.example","*"]. It must be an origin exactly as browsers send it, such as https://app.example.org. There are no wildcards.`,
      `insecure in ${file} is invalid: "yes". It must be true or false.`,
      `attempts in ${file} is invalid: 0. It must be a whole number from 1 to 999999999.`,
      "option '--message-size <bytes>' argument '16kb' is invalid. It must be a whole number from 1 to 999999999.",
      "option '--idle-time <seconds>' value '1h' from env 'SALLYPORT_IDLE_TIME' is invalid. It must be a whole number from 1 to 999999999.",
      `prot is not an option of ${file}; did you mean port?`,
    ]);
  });

  it('if several options conflict, with one line for each', () => {
    write({ tlsCert: 'c', messageBurst: 5 });
    expect(errorOf('--config', file)).toBe(
      `2 problems:\n  messageBurst in ${file} has no effect without a rate: add --message-rate\n  tlsCert in ${file} needs the private key of the certificate: --tls-key`,
    );
  });

  it.each([
    ['that is no JSON', '{ port: 1 }', /this is not JSON/],
    ['that is a list', [], /must be a JSON object, such as/],
    ['with the name of a flag', { 'max-connections': 1 }, /did you mean maxConnections\?/],
    ['with null', { port: null }, /port in .* is invalid: null/],
    ['with a fraction', { port: 1.5 }, /port in .* is invalid: 1.5/],
    ['with an unknown level', { logLevel: 'loud' }, /"loud"\. Allowed choices are trace, debug/],
    ['with a key of every object', { __proto__: null, constructor: 1 }, /constructor is not an option/],
  ])('%s', (_, content, message) => {
    write(content);
    expect(errorOf('--config', file)).toMatch(message);
  });

  it('that does not exist', () => {
    expect(errorOf('--config', join(folder, 'absent'))).toMatch(/^--config .*: there is no such file$/);
    vi.stubEnv('SALLYPORT_CONFIG', folder);
    expect(errorOf()).toMatch(/^SALLYPORT_CONFIG .* cannot be read \(EISDIR\)$/);
  });
});
