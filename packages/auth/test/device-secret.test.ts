/** The file with the secret of the device tokens. */
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deviceSecret } from '@sallyport/auth';
import { expect, it, onTestFinished, vi } from 'vitest';
import { folder } from './folder.ts';

const hex = (path: string) => Buffer.from(deviceSecret(path).secret).toString('hex');

it('A device secret file is made once, with mode 0600, no draft stays, and a restart reads the same secret', () => {
  const path = join(folder(), 'users.devices');
  const first = deviceSecret(path);
  expect(first.problem).toBeUndefined();
  expect(first.secret).toHaveLength(32);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(path, '..'))).toEqual(['users.devices']);
  expect(hex(path)).toBe(Buffer.from(first.secret).toString('hex'));
  expect(hex(join(folder(), 'users.devices'))).not.toBe(Buffer.from(first.secret).toString('hex'));
});

it('Without a usable file the device secret is a random one of this process, and a problem says so', () => {
  const there = folder();
  writeFileSync(join(there, 'short'), 'AAAA\n');
  symlinkSync(join(there, 'nowhere'), join(there, 'dangling'));
  for (const [name, why] of [
    ['no folder/devices', 'cannot be used (ENOENT)'],
    ['short', 'does not hold 32 bytes in base64url'],
    ['dangling', 'cannot be used (ENOENT)'],
    ['.', 'is a directory'],
  ] as const) {
    const path = join(there, name);
    const { secret, problem } = deviceSecret(path);
    expect(secret).toHaveLength(32);
    expect(problem).toBe(`${path} ${why}: a restart forgets which devices have signed in before`);
    expect(hex(path)).not.toBe(Buffer.from(secret).toString('hex'));
  }
  expect(readFileSync(join(there, 'short'), 'utf8')).toBe('AAAA\n');
});

it('A device secret file that other users can read is used, and a problem says so', () => {
  const path = join(folder(), 'users.devices');
  const { secret } = deviceSecret(path);
  chmodSync(path, 0o644);
  expect(deviceSecret(path)).toMatchObject({
    secret: Buffer.from(secret),
    problem: `${path} can be read by other users of this machine: its mode should be 0600`,
  });
});

it.runIf(process.getuid?.() === 0)(
  'A device secret file of root that the group of the server can read, as Kubernetes mounts it, has no problem',
  () => {
    const path = join(folder(), 'users.devices');
    deviceSecret(path);
    chmodSync(path, 0o440);
    // Root itself has no group that could need the file.
    expect(deviceSecret(path).problem).toContain('its mode should be 0600');
    const uid = vi.spyOn(process, 'getuid').mockReturnValue(1_000);
    onTestFinished(() => uid.mockRestore());
    expect(deviceSecret(path).problem).toBeUndefined();
  },
);
