/** Edits of a user file by `users()`, as `sallyport users` makes them. */
import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { UserFileError, users } from '@sallyport/auth';
import { describe, expect, it } from 'vitest';
import { replaceFile } from '../src/replace-file.ts';
import { fileOf, folder } from './folder.ts';
import { apacheLine, apr1Hash, strong } from './known-hashes.ts';

const mode = (path: string) => statSync(path).mode & 0o777;
const ARGON2 = /^ada:\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]+\$[^$]+$/;

const dist = new URL('../dist/', import.meta.url).href;
const unprivileged = { uid: 65_534, gid: 65_534, cwd: '/' };

/** Only root can start a process as another user, and the other user must be able to read Node and this folder. */
const canBeUnprivileged =
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, ['--input-type=module', '-e', `import '${dist}writable.js'`], unprivileged)
    .status === 0;
if (process.getuid?.() === 0 && !canBeUnprivileged)
  console.warn('SKIPPED: only root can read Node or this folder.');

/** Runs the expression in a process without root's rights. Returns its value or its error. */
async function asUnprivileged(
  path: string,
  expression: string,
): Promise<{ value?: unknown; error?: string }> {
  const script = `
    import { users } from '${dist}users.js';
    import { isWritable } from '${dist}writable.js';
    const path = process.argv[1];
    const said = await (${expression}).then((value) => ({ value }), ({ message }) => ({ error: message }));
    console.log(JSON.stringify(said));`;
  const child = promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script, path],
    unprivileged,
  );
  return JSON.parse((await child).stdout);
}

async function refusal(of: Promise<unknown>): Promise<UserFileError> {
  const error = await of.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof UserFileError)) throw new Error(`not refused: ${error}`);
  expect(error.message).not.toMatch(/\n|s3cret|\$argon2/);
  return error;
}

describe('users().add', () => {
  it('makes the file with mode 0600, and the password verifies', async () => {
    const path = join(folder(), 'users');
    await users(path).add('ada', 's3cret');
    expect(readFileSync(path, 'utf8').trimEnd()).toMatch(ARGON2);
    expect(mode(path)).toBe(0o600);
    expect(await users(path).verify('ada', 's3cret')).toBe(true);
    expect(await users(path).verify('ada', 'S3cret')).toBe(false);
    expect(await users(path).verify('bob', 's3cret')).toBe(false);
    expect(await users(path).verify('ada', '')).toBe(false);
  });

  it('leaves the other lines as they are, ends the last line, and takes only the mode bits for others', async () => {
    const path = fileOf();
    writeFileSync(path, `# ours\r\n${apacheLine}\r\nbroken`);
    chmodSync(path, 0o646);
    await users(path).add('ada', 's3cret');
    expect(readFileSync(path, 'utf8')).toMatch(`# ours\r\n${apacheLine}\r\nbroken\nada:$argon2id`);
    expect(mode(path)).toBe(0o640);
  });

  it.each([
    ['userExists', 'myName', 's3cret', /there is a user myName already/],
    ['badName', '', 's3cret', /name is empty/],
    ['badName', 'a:b', 's3cret', /colon/],
    ['badName', '#a', 's3cret', /#/],
    ['badName', 'a\nb', 's3cret', /control characters/],
    ['badName', ' a', 's3cret', /white space/],
    ['badName', 'x'.repeat(257), 's3cret', /256 bytes/],
    ['badPassword', 'ada', '', /password is empty/],
    ['badPassword', 'ada', 's3cret'.repeat(200), /1024 bytes/],
  ])('refuses: %s', async (code, name, password, message) => {
    const path = fileOf(apacheLine);
    const error = await refusal(users(path).add(name, password));
    expect(error).toMatchObject({ code, file: path });
    expect(error.message).toMatch(message);
    expect(readFileSync(path, 'utf8')).toBe(`${apacheLine}\n`);
  });

  it('names the file that it cannot write', async () => {
    const path = join(folder(), 'none', 'users');
    expect((await refusal(users(path).add('ada', 's3cret'))).message).toBe(
      `${path} cannot be written (ENOENT)`,
    );
  });

  it('does not rewrite a file that is not in UTF-8', async () => {
    const path = fileOf();
    writeFileSync(path, Buffer.from([0x61, 0xff, 0x0a]));
    expect((await refusal(users(path).add('ada', 's3cret'))).message).toMatch('is not in UTF-8');
    expect(readFileSync(path)).toEqual(Buffer.from([0x61, 0xff, 0x0a]));
  });
});

describe('users().setPassword', () => {
  it('changes one hash and nothing else, also on a line that cannot be read', async () => {
    const path = fileOf('# ours', `ada:${apr1Hash}`, apacheLine, '', 'broken');
    await users(path).setPassword('ada', 's3cret');
    const [comment, ada, ...rest] = readFileSync(path, 'utf8').split('\n');
    expect([comment, ...rest]).toEqual(['# ours', apacheLine, '', 'broken', '']);
    expect(ada).toMatch(ARGON2);
    await users(path).setPassword('ada', 'other');
    expect(await users(path).verify('ada', 's3cret')).toBe(false);
    expect(await users(path).verify('ada', 'other')).toBe(true);
  });

  it('rejects for an unknown user and a missing file', async () => {
    const path = fileOf(apacheLine, '#ada:x');
    expect(await refusal(users(path).setPassword('ada', 's3cret'))).toMatchObject({ code: 'noSuchUser' });
    const missing = join(folder(), 'none');
    expect((await refusal(users(missing).setPassword('ada', 'x'))).message).toBe(
      `${missing} cannot be read (ENOENT)`,
    );
  });
});

it('users().setPassword keeps the comment behind a second colon', async () => {
  const path = fileOf(`ada:${strong}:a comment`, `bob:${strong}:another`);
  await users(path).setPassword('ada', 's3cret');
  expect(readFileSync(path, 'utf8')).toMatch(/^ada:\$argon2id\S+:a comment\nbob:\S+:another\n$/);
  expect(await users(path).verify('ada', 's3cret')).toBe(true);
});

it('users().remove removes every line of the name, and only those', async () => {
  const path = fileOf(`ada:${strong}`, '# ada:x', `adam:${strong}`, 'ada:broken');
  await users(path).remove('ada');
  expect(readFileSync(path, 'utf8')).toBe(`# ada:x\nadam:${strong}\n`);
  expect(await refusal(users(path).remove('ada'))).toMatchObject({ code: 'noSuchUser' });
});

it('users().list returns the users with their schemes, and the lines that cannot be read', async () => {
  const path = fileOf(`ada:${strong}`, apacheLine, 'broken');
  expect(await users(path).list()).toEqual({
    users: [
      { name: 'ada', scheme: 'argon2', isWeak: false, line: 1 },
      { name: 'myName', scheme: 'bcrypt', isWeak: true, line: 2 },
    ],
    problems: [{ line: 3, problem: 'no colon: it must be name:hash' }],
  });
});

describe('An edit of a user file', () => {
  it('is not lost among many edits at once', async () => {
    const path = fileOf();
    const names = Array.from({ length: 12 }, (_, number) => `user${number}`);
    await Promise.all(names.map((name) => users(path).add(name, 's3cret')));
    expect((await users(path).list()).users.map(({ name }) => name).sort()).toEqual(names.sort());
    expect(readdirSync(dirname(path))).toEqual(['users']);
  });

  it('keeps an edit that another program makes meanwhile', async () => {
    const path = fileOf('one');
    let edits = 0;
    await replaceFile(path, (content) => {
      edits += 1;
      if (edits === 1) writeFileSync(path, 'one\ntwo\n');
      return `${content}three\n`;
    });
    expect([readFileSync(path, 'utf8'), edits]).toEqual(['one\ntwo\nthree\n', 2]);
  });

  it('changes the target of a symlink', async () => {
    const home = folder();
    mkdirSync(join(home, 'real'));
    writeFileSync(join(home, 'real', 'users'), `${apacheLine}\n`);
    symlinkSync('real/users', join(home, 'users'));
    await users(join(home, 'users')).remove('myName');
    expect(readFileSync(join(home, 'real', 'users'), 'utf8')).toBe('');
  });

  describe.skipIf(process.getuid?.() !== 0)('of a file of another user (only root can make one)', () => {
    const WEB = 33;
    const OTHER_USER = 65_534;

    it('keeps the owner and the group', async () => {
      const path = fileOf(apacheLine);
      chownSync(path, OTHER_USER, WEB);
      chmodSync(path, 0o640);
      await users(path).add('ada', 's3cret');
      const { uid, gid } = statSync(path);
      expect([uid, gid, mode(path)]).toEqual([OTHER_USER, WEB, 0o640]);
    });

    it.skipIf(!canBeUnprivileged).each([
      [0, WEB],
      [OTHER_USER, WEB],
    ])('is refused if owner and group cannot be kept: %d:%d', async (owner, group) => {
      const path = fileOf(apacheLine);
      chownSync(path, owner, group);
      chmodSync(path, 0o666);
      chmodSync(dirname(path), 0o777);
      const { error } = await asUnprivileged(path, `users(path).add('ada', 's3cret')`);
      expect(error).toBe(
        `${path} cannot be replaced: it would no longer belong to ${owner}:${group}; do it as that user, or as root`,
      );
      expect(readFileSync(path, 'utf8')).toBe(`${apacheLine}\n`);
      expect(readdirSync(dirname(path))).toEqual(['users']);
      expect((await asUnprivileged(path, 'isWritable(path)')).value).toBe(false);
      chownSync(path, OTHER_USER, OTHER_USER);
      expect((await asUnprivileged(path, 'isWritable(path)')).value).toBe(true);
      expect(await asUnprivileged(path, `users(path).add('ada', 's3cret')`)).toEqual({});
    });
  });

  it('does not wait for the lock of a process that died', async () => {
    const path = fileOf(apacheLine);
    writeFileSync(`${path}.lock`, '');
    const long = new Date(Date.now() - 60_000);
    utimesSync(`${path}.lock`, long, long);
    await users(path).remove('myName');
    expect(readdirSync(dirname(path))).toEqual(['users']);
  });

  it('that fails leaves the file as it was, and no draft', async () => {
    const path = fileOf(apacheLine);
    await expect(
      replaceFile(path, () => {
        throw new Error('mine');
      }),
    ).rejects.toThrow('mine');
    expect(readdirSync(dirname(path))).toEqual(['users']);
    expect(await replaceFile(path, (content) => content)).toBe(false);
  });
});
