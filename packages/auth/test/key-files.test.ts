/** Token keys and device secrets in files that change while the server runs. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  deviceSecret,
  deviceTokens,
  TokenKeysError,
  type TokenRefusal,
  type TokensOptions,
  tokens,
} from '@sallyport/auth';
import { UsageError } from '@sallyport/core';
import { tokenCredentials } from '@sallyport/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startAttempt } from './auth-harness.ts';
import { folder } from './folder.ts';
import { now, signed } from './signed-tokens.ts';

const wait = { timeout: 60_000, interval: 20 };
const one = 'the first secret of thirty-two bytes, or more';
const two = 'the second secret of thirty-two bytes, or more';
const by = (secret: string) => signed({}, Buffer.from(secret));

function open(options: TokensOptions) {
  const problems: string[] = [];
  const reasons: TokenRefusal[] = [];
  let changes = 0;
  const authenticate = tokens({
    now,
    onProblem: (problem) => problems.push(problem),
    onRefused: (reason) => reasons.push(reason),
    onKeysChanged: () => {
      changes += 1;
    },
    ...options,
  });
  onTestFinished(() => authenticate.close());
  const outcome = async (token: string) => {
    const attempt = startAttempt(authenticate, tokenCredentials(token));
    await attempt.done;
    return attempt.verdict?.verdict ?? attempt.error;
  };
  return { authenticate, outcome, problems, reasons, changes: () => changes };
}

function fileWith(content: string): string {
  const path = join(folder(), 'key');
  writeFileSync(path, content);
  return path;
}

describe('A token key file that changes', () => {
  it.each<[string, (path: string) => void]>([
    ['in place', (path) => writeFileSync(path, two)],
    [
      'by a rename',
      (path) => {
        writeFileSync(`${path}.new`, `${two}\r\n`);
        renameSync(`${path}.new`, path);
      },
    ],
  ])('%s verifies the next token with the new key', async (_, change) => {
    const path = fileWith(`${one}\n`);
    const { outcome, problems, changes } = open({ secretFile: path });
    expect(await outcome(await by(one))).toBe('accepted');
    change(path);
    // The first sign-in after the change, with no wait for an event.
    expect(await outcome(await by(two))).toBe('accepted');
    expect(await outcome(await by(one))).toBe('refused');
    expect(problems).toEqual([]);
    expect(changes()).toBe(1);
  });

  it('by a new target of a symlink, as in Kubernetes, verifies the next token with the new key', async () => {
    const home = folder();
    for (const [version, secret] of [
      ['1', one],
      ['2', two],
    ] as const) {
      mkdirSync(join(home, version));
      writeFileSync(join(home, version, 'key'), secret);
    }
    symlinkSync('1', join(home, 'data'));
    symlinkSync('data/key', join(home, 'key'));
    const { outcome } = open({ secretFile: join(home, 'key') });
    symlinkSync('2', join(home, 'data.new'));
    renameSync(join(home, 'data.new'), join(home, 'data'));
    expect(await outcome(await by(two))).toBe('accepted');
  });

  it('may have a public key of another kind', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ed25519 = generateKeyPairSync('ed25519');
    const pem = ({ publicKey }: typeof rsa) => publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const path = fileWith(pem(rsa));
    const { outcome } = open({ publicKeyFile: path });
    expect(await outcome(await signed({}, rsa.privateKey, { alg: 'RS256' }))).toBe('accepted');
    writeFileSync(path, pem(ed25519));
    expect(await outcome(await signed({}, ed25519.privateKey, { alg: 'EdDSA' }))).toBe('accepted');
  });

  it.each<[string, (path: string) => void, RegExp]>([
    [
      'is too short',
      (path) => writeFileSync(path, 'short'),
      /secretFile must have at least 32 bytes; it has 5/,
    ],
    ['is gone', (path) => rmSync(path), /key cannot be read \(ENOENT\)/],
  ])('keeps the old key while the new one %s, and reports why once', async (_, change, why) => {
    const path = fileWith(one);
    const { outcome, problems, authenticate, reasons } = open({ secretFile: path });
    change(path);
    await authenticate.reload();
    expect(await outcome(await by(one))).toBe('accepted');
    expect(problems).toEqual([expect.stringMatching(why)]);
    expect(problems[0]).toMatch(/; the token key that was read before stays in use$/);
    expect(problems[0]).not.toMatch(/short/);
    // The newest key is not known, so no token is wrong.
    expect(await outcome(await by(two))).toBe('overloaded');
    expect(reasons).toEqual(['keyNotKnownYet']);
    writeFileSync(path, two);
    expect(await outcome(await by(two))).toBe('accepted');
    expect(problems).toHaveLength(1);
  });

  it('is ignored after close()', async () => {
    const path = fileWith(one);
    const { outcome, authenticate } = open({ secretFile: path });
    authenticate.close();
    writeFileSync(path, two);
    expect(await outcome(await by(one))).toBe('accepted');
  });
});

it('A token key file that cannot be used makes tokens() throw an error with its name', () => {
  const missing = join(folder(), 'none');
  expect(() => tokens({ secretFile: missing })).toThrow(TokenKeysError);
  expect(() => tokens({ secretFile: missing })).toThrow(`${missing} cannot be read (ENOENT)`);
  expect(() => tokens({ secretFile: folder() })).toThrow(/ is a directory$/);
  expect(() => tokens({ secretFile: fileWith('short') })).toThrow(UsageError);
  expect(() => tokens({ publicKeyFile: fileWith('junk') })).toThrow(/publicKeyFile must be .* in PEM/);
});

it.skipIf(process.platform === 'win32')(
  'A token key may come from a pipe, which is read once and never again',
  async () => {
    const dist = new URL('../dist/index.js', import.meta.url).href;
    const script = `
    import { tokens } from '${dist}';
    const authenticate = tokens({ secretFile: '/dev/stdin', onProblem: console.log, now: () => ${now()} });
    await authenticate.reload();
    const credentials = { type: 'token', token: process.argv[1] };
    console.log((await authenticate(credentials, { peer: { address: '' } })).verdict);`;
    const pipe = 'printf "%s\\n" "$1" | "$0" --input-type=module -e "$2" "$3"';
    const token = await by(one);
    const { stdout } = spawnSync('sh', ['-c', pipe, process.execPath, one, script, token], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('accepted\n');
  },
);

describe('A device secret file that changes', () => {
  const secretOf = (bytes: Buffer) => `${bytes.toString('base64url')}\n`;
  const renamed = (path: string, content: string) => {
    writeFileSync(`${path}.new`, content, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };

  it('gives new tokens by the new secret, and the old tokens are void', async () => {
    const path = join(folder(), 'users.devices');
    let changes = 0;
    const problems: string[] = [];
    const secret = deviceSecret(path, {
      onChanged: () => {
        changes += 1;
      },
      onProblem: (problem) => problems.push(problem),
    });
    onTestFinished(() => secret.close());
    const devices = deviceTokens({ secret, hashTag: () => 'tag' });
    const old = devices.give('ada') as string;
    expect(devices.deviceOf('ada', old)).toBeDefined();
    renamed(path, secretOf(randomBytes(32)));
    await vi.waitFor(() => expect(changes).toBe(1), wait);
    expect(devices.deviceOf('ada', old)).toBeUndefined();
    const young = devices.give('ada') as string;
    renamed(path, 'AAAA\n');
    await vi.waitFor(() => expect(problems).toHaveLength(1), wait);
    expect(problems).toEqual([
      `${path} does not hold 32 bytes in base64url; the secret that was read before stays in use`,
    ]);
    expect(devices.deviceOf('ada', young)).toBeDefined();
    rmSync(path);
    await secret.reload();
    expect(problems[1]).toBe(`${path} cannot be used (ENOENT); the secret that was read before stays in use`);
    expect(devices.deviceOf('ada', young)).toBeDefined();
  });

  it('is read at reload() too', async () => {
    const path = join(folder(), 'users.devices');
    const secret = deviceSecret(path);
    onTestFinished(() => secret.close());
    const bytes = randomBytes(32);
    renamed(path, secretOf(bytes));
    await secret.reload();
    expect(Buffer.from(secret.secret)).toEqual(bytes);
  });
});
