/** `stillValid` of the authenticators: whether an identity still holds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyOf, passwordFile, throttled } from '@sallyport/auth';
import { type Authenticator, accept, refuse } from '@sallyport/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-still-valid-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const identity = (user: string) => ({ user, expiresInMs: Number.POSITIVE_INFINITY });
const cannotSay: Authenticator = () => refuse();
const says = (answer: boolean | Error): Authenticator =>
  Object.assign(() => accept('ada'), {
    stillValid() {
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });

describe('stillValid', () => {
  it('of a password file tells whether the user is in the file now', async () => {
    const path = join(folder, 'users');
    const line = (user: string) => `${user}:$2y$05$abcdefghijklmnopqrstuuOZTVnNZEkIdtOvRPb7RmQmLKiOVpnJO\n`;
    writeFileSync(path, line('ada') + line('bob'));
    const file = passwordFile(path);
    expect([await file.stillValid(identity('ada')), await file.stillValid(identity('eve'))]).toEqual([
      true,
      false,
    ]);
    writeFileSync(path, line('bob'));
    await file.reload();
    expect(await file.stillValid(identity('ada'))).toBe(false);
    file.close();
  });

  it('passes through a throttle', async () => {
    expect(throttled(cannotSay).stillValid).toBeUndefined();
    expect(await throttled(says(true)).stillValid?.(identity('ada'))).toBe(true);
  });

  it('of several authenticators holds if one of them says so', async () => {
    expect(await anyOf(says(false), says(true)).stillValid?.(identity('ada'))).toBe(true);
    expect(await anyOf(says(false), says(false)).stillValid?.(identity('ada'))).toBe(false);
    expect(await anyOf(says(new Error('down')), says(true)).stillValid?.(identity('ada'))).toBe(true);
  });

  it('of several authenticators fails if one fails and none says yes', async () => {
    await expect(anyOf(says(false), says(new Error('down'))).stillValid?.(identity('ada'))).rejects.toThrow(
      'down',
    );
  });

  it('is absent if one of several authenticators cannot say', () => {
    expect(anyOf(says(true), cannotSay).stillValid).toBeUndefined();
  });
});
