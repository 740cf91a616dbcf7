/** The options of the admin listener, its address, and its token. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { adminAccess } from '../src/admin-access.ts';
import type { AdminOptions } from '../src/admin-options.ts';
import { parseOptions } from '../src/options.ts';

let folder: string;
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
  folder = mkdtempSync(join(tmpdir(), 'sallyport-admin-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function adminOf(...args: string[]): AdminOptions | undefined {
  const parsed = parseOptions({ name: 'sallyport-ws', library: 'ws' }, args);
  if ('print' in parsed) throw new Error(parsed.print);
  return parsed.options.admin;
}

async function accessOf(...args: string[]) {
  const options = adminOf('--admin-port', '0', ...args);
  if (!options) throw new Error('no admin listener');
  return adminAccess(options);
}

function tokenFile(content: string, mode = 0o600): string {
  const path = join(folder, 'token');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

it('there is no admin listener without --admin-port, and then its other options are a mistake', () => {
  expect(adminOf()).toBeUndefined();
  expect(() => adminOf('--admin-host', '::1')).toThrow(
    '--admin-host has no effect without a port: add --admin-port',
  );
  vi.stubEnv('SALLYPORT_ADMIN_TOKEN_FILE', 'token');
  expect(() => adminOf()).toThrow('SALLYPORT_ADMIN_TOKEN_FILE has no effect');
});

it('payloads are shown on a loopback address only, with a token too', async () => {
  expect(adminOf('--admin-port', '0')).not.toHaveProperty('inspectPayloads');
  await accessOf('--inspect-payloads');
  const file = tokenFile('0123456789abcdef');
  await expect(
    accessOf('--admin-host', '0.0.0.0', '--admin-token-file', file, '--inspect-payloads'),
  ).rejects.toThrow('--inspect-payloads shows what users write, and --admin-host 0.0.0.0 is reachable');
  expect(() => adminOf('--inspect-payloads')).toThrow('--inspect-payloads has no effect without a port');
  vi.stubEnv('SALLYPORT_INSPECT_PAYLOADS', 'false');
  expect(adminOf()).toBeUndefined();
});

it('SALLYPORT_ADMIN_PORT of a Kubernetes Service is ignored', () => {
  vi.stubEnv('SALLYPORT_ADMIN_PORT', 'tcp://10.0.0.7:5679');
  expect(adminOf()).toBeUndefined();
});

it('a loopback address needs no token', async () => {
  for (const host of ['127.0.0.1', '::1', '[::1]', 'localhost'])
    expect(await accessOf('--admin-host', host)).toMatchObject({ isLoopback: true, token: undefined });
});

it('any other address needs a token', async () => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', '0'])
    await expect(accessOf('--admin-host', host)).rejects.toThrow(
      `--admin-host ${host} is reachable from other machines`,
    );
  const file = tokenFile('0123456789abcdef\n');
  expect(await accessOf('--admin-host', '0.0.0.0', '--admin-token-file', file)).toEqual({
    address: '0.0.0.0',
    isLoopback: false,
    token: '0123456789abcdef',
  });
});

it.each([0o640, 0o604, 0o644, 0o660])(
  'a token that other users can read (mode %o) is refused',
  async (mode) => {
    const file = tokenFile('0123456789abcdef', mode);
    await expect(accessOf('--admin-token-file', file)).rejects.toThrow(/^--admin-token-file .*run chmod 600/);
  },
);

it.each(['', 'short', '0123456789 abcdef', '0123456789abcdef\n0123456789abcdef'])(
  'the token %j is refused',
  async (content) => {
    await expect(accessOf('--admin-token-file', tokenFile(content))).rejects.toThrow(
      /16 characters or more, on one line and without spaces/,
    );
  },
);

it('a token file that does not exist is named', async () => {
  await expect(accessOf('--admin-token-file', join(folder, 'absent'))).rejects.toThrow(
    /^--admin-token-file .* cannot be read \(ENOENT\)$/,
  );
});
