/** Device tokens on disk: complete, private, for one server and one user, and bounded. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { devicesDirectory, deviceTokenFiles } from '../src/connect/device-token-files.ts';
import { scratch } from './scratch.ts';

const one = new URL('wss://one.example/chat');
const path = scratch();
const devicesIn = (name = 'state') => path(join(name, 'sallyport', 'devices'));
const only = (directory: string) => join(directory, String(readdirSync(directory)[0]));

describe('A device token on disk', () => {
  it('belongs to one server and one user, and the newest replaces older ones', async () => {
    const directory = devicesIn();
    const store = deviceTokenFiles(one, directory);
    await store.set('ada', 'old');
    await store.set('ada', 'new');
    await store.set('a/../b', 'odd');
    expect([await store.get('ada'), await store.get('a/../b')]).toEqual(['new', 'odd']);
    await expect(store.get('bob')).rejects.toThrow();
    await expect(deviceTokenFiles(new URL('wss://two.example/chat'), directory).get('ada')).rejects.toThrow();
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it('is readable by its owner only, even in a directory that others could read', async () => {
    const directory = devicesIn();
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    chmodSync(directory, 0o755);
    await deviceTokenFiles(one, directory).set('ada', 'token');
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(only(directory)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(only(directory), 'utf8'))).toEqual({
      server: 'wss://one.example/chat',
      user: 'ada',
      token: 'token',
    });
  });

  it.each(['', 'nonsense', 'null'])(
    'in a file with the content %j is ignored, and replaced',
    async (text) => {
      const directory = devicesIn();
      const store = deviceTokenFiles(one, directory);
      await store.set('ada', 'token');
      writeFileSync(only(directory), text);
      await expect(store.get('ada')).rejects.toThrow();
      await store.set('ada', 'new');
      expect(await store.get('ada')).toBe('new');
    },
  );

  it('leaves no draft behind if it cannot be written', async () => {
    const directory = devicesIn();
    const store = deviceTokenFiles(one, directory);
    await store.set('ada', 'token');
    const file = only(directory);
    // A directory in the place of the file.
    const other = devicesIn('blocked');
    mkdirSync(join(other, basename(file)), { recursive: true });
    await expect(deviceTokenFiles(one, other).set('ada', 'token')).rejects.toThrow();
    expect(readdirSync(other)).toHaveLength(1);
  });

  it('is deleted when 200 newer ones exist', async () => {
    const directory = devicesIn();
    const store = deviceTokenFiles(one, directory);
    await store.set('ada', 'token');
    utimesSync(only(directory), 1, 1);
    for (let count = 0; count < 199; count += 1) writeFileSync(join(directory, `${count}.json`), '{}');
    expect(await store.get('ada')).toBe('token');
    await store.set('bob', 'token');
    expect(readdirSync(directory)).toHaveLength(200);
    await expect(store.get('ada')).rejects.toThrow();
  });
});

it('device tokens are kept where the XDG specification says', () => {
  expect(devicesDirectory({ XDG_STATE_HOME: '/state' })).toBe('/state/sallyport/devices');
  const usual = join(homedir(), '.local', 'state', 'sallyport', 'devices');
  expect(devicesDirectory({ XDG_STATE_HOME: 'relative' })).toBe(usual);
  expect(devicesDirectory({})).toBe(usual);
});
