/** The file with the secret of the device tokens. */
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deviceSecret } from '@sallyport/auth';
import { expect, it } from 'vitest';
import { folder } from './folder.ts';

const hex = (path: string) => Buffer.from(deviceSecret(path).secret).toString('hex');

it('is made once, with mode 0600 and nothing left beside it, and is the same after a restart', () => {
  const path = join(folder(), 'users.devices');
  const first = deviceSecret(path);
  expect(first.problem).toBeUndefined();
  expect(first.secret).toHaveLength(32);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(path, '..'))).toEqual(['users.devices']);
  expect(hex(path)).toBe(Buffer.from(first.secret).toString('hex'));
  expect(hex(join(folder(), 'users.devices'))).not.toBe(Buffer.from(first.secret).toString('hex'));
});

it('that cannot be made or read is one for this process alone, which is told', () => {
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

it('that others can read is used, and that is told', () => {
  const path = join(folder(), 'users.devices');
  const { secret } = deviceSecret(path);
  chmodSync(path, 0o644);
  expect(deviceSecret(path)).toMatchObject({
    secret: Buffer.from(secret),
    problem: `${path} can be read by other users of this machine: its mode should be 0600`,
  });
});
