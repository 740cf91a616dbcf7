/** A user file that is mounted by itself into a container: it cannot be replaced by a rename (EBUSY), so it is written in place. */
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { UserFileError } from '@sallyport/auth';
import { describe, expect, it } from 'vitest';
import { replaceFile } from '../src/replace-file.ts';
import { fileOf, folder } from './folder.ts';
import { apacheLine, cheap } from './known-hashes.ts';

const dist = new URL('../dist/', import.meta.url).href;

/** What `rename` does onto a mount point. */
const busy = async () => {
  throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
};

describe('A file that cannot be replaced, since it is a mount point', () => {
  it.each([
    ['longer', 'one\ntwo\nthree and more\n'],
    ['shorter', 'one\n'],
    ['empty', ''],
  ])('gets its new content in place (%s), with the same inode, owner and mode', async (_, content) => {
    const path = fileOf('one', 'two');
    chmodSync(path, 0o664);
    const before = statSync(path);
    expect(await replaceFile(path, () => content, busy)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(content);
    const { ino, uid, gid, mode } = statSync(path);
    expect([ino, uid, gid, mode]).toEqual([before.ino, before.uid, before.gid, before.mode]);
    expect(readdirSync(dirname(path))).toEqual(['users']);
  });

  it('loses no edit that another program makes meanwhile', async () => {
    const path = fileOf('one');
    let edits = 0;
    const edit = (content: string) => {
      edits += 1;
      if (edits === 1) writeFileSync(path, 'one\ntwo\n');
      return `${content}three\n`;
    };
    await replaceFile(path, edit, busy);
    expect([readFileSync(path, 'utf8'), edits]).toEqual(['one\ntwo\nthree\n', 2]);
  });

  it('leaves the complete new content in a draft, which the error names, if the write in place fails', async () => {
    const path = join(folder(), 'users');
    const error = await replaceFile(path, () => 'new\n', busy).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UserFileError);
    const { message } = error as UserFileError;
    const [, draft = ''] =
      /users cannot be written in place \(ENOENT\): its complete new content is in (.*)$/.exec(message) ?? [];
    expect(existsSync(path)).toBe(false);
    expect(readFileSync(draft, 'utf8')).toBe('new\n');
  });
});

const mount = (real: string, path: string, script: string) =>
  [
    '-rm',
    'sh',
    '-c',
    'mount --bind "$0" "$1" && exec "$2" --input-type=module -e "$3" "$1"',
    real,
    path,
    process.execPath,
    script,
  ] as const;

const probe = fileOfProbe();
const canMount = probe !== undefined && spawnSync('unshare', mount(probe, probe, '')).status === 0;
if (!canMount) console.warn('SKIPPED: this machine allows no bind mount in a namespace (unshare -rm).');

function fileOfProbe(): string | undefined {
  return process.platform === 'linux' ? new URL(import.meta.url).pathname : undefined;
}

describe.skipIf(!canMount)('A real single-file bind mount', () => {
  /** Runs the script where `path` is a bind mount of `real`. Returns what it prints. */
  async function mounted(script: string) {
    const real = fileOf(apacheLine, `ada:${cheap('lovelace')}`);
    const path = fileOf();
    const imports = `
      import { passwordFile, users } from '${dist}index.js';
      import { renameSync, writeFileSync } from 'node:fs';
      const path = process.argv[1];`;
    const { stdout } = await promisify(execFile)('unshare', mount(real, path, imports + script));
    return { stdout, content: readFileSync(real, 'utf8'), folder: readdirSync(dirname(path)) };
  }

  it('cannot be replaced by a rename', async () => {
    const { stdout } = await mounted(`
      writeFileSync(path + '.new', '');
      try { renameSync(path + '.new', path); } catch ({ code }) { console.log(code); }`);
    expect(stdout).toBe('EBUSY\n');
  });

  it('can be edited by users add, passwd and remove', async () => {
    const { content, folder } = await mounted(`
      await users(path).add('bob', 's3cret');
      await users(path).setPassword('ada', 's3cret');
      await users(path).remove('myName');
      if (!(await users(path).verify('ada', 's3cret'))) throw new Error('not verified');`);
    expect(content).toMatch(/^ada:\$argon2id\$v=19\$m=19456\S+\nbob:\$argon2id\$v=19\$m=19456\S+\n$/);
    expect(folder).toEqual(['users']);
  });

  it('gets the stronger hash at a sign-in, once and without a problem', async () => {
    const { stdout, content } = await mounted(`
      const upgraded = new Promise((resolve, reject) => {
        const file = passwordFile(path, { minimumDelayMs: 0, onUpgraded: resolve, onProblem: reject });
        file({ type: 'password', username: 'ada', password: 'lovelace' },
          { peer: { address: '' }, signal: new AbortController().signal });
      });
      console.log(await upgraded);
      process.exit();`);
    expect(stdout).toBe('ada\n');
    expect(content).toMatch(/\nada:\$argon2id\$v=19\$m=19456/);
  });
});
