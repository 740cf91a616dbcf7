/** The password file: read, read again, upgraded. With real files and real, cheap hashes. */
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type PasswordFileOptions, passwordFile, UserFileError, type UserFileProblem } from '@sallyport/auth';
import { accept, refuse, UsageError } from '@sallyport/core';
import { tokenCredentials } from '@sallyport/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { flushMicrotasks, harness, startAttempt } from './auth-harness.ts';
import { fileOf, folder } from './folder.ts';
import { apacheLine, apr1Hash, bcrypt, cheap, strong } from './known-hashes.ts';

function open(path: string, options: PasswordFileOptions = {}) {
  const problems: UserFileProblem[] = [];
  const authenticate = passwordFile(path, {
    minimumDelayMs: 0,
    upgrade: false,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  onTestFinished(() => authenticate.close());
  const verdictFor = async (text: string) => {
    const attempt = startAttempt(authenticate, text);
    await attempt.done;
    return attempt.verdict?.verdict;
  };
  return { authenticate, problems, verdictFor };
}

describe('A password file', () => {
  it('accepts the users in the file, with argon2 or bcrypt', async () => {
    const { verdictFor, authenticate } = open(
      fileOf('# us', '', `ada:${cheap('lovelace')}`, apacheLine, `z:${bcrypt('a:b')}`),
    );
    expect(authenticate.users).toBe(3);
    expect(await verdictFor('ada:lovelace')).toBe('accepted');
    expect(await verdictFor('ada:Lovelace')).toBe('refused');
    expect(await verdictFor('myName:myPassword')).toBe('accepted');
    expect(await verdictFor('z:a:b')).toBe('accepted');
    expect(await verdictFor('unknown:lovelace')).toBe('refused');
  });

  it('refuses tokens', () => {
    const { authenticate } = open(fileOf(`ada:${cheap('lovelace')}`));
    const context = { peer: { address: '', context: undefined }, signal: new AbortController().signal };
    expect(authenticate(tokenCredentials('lovelace'), context)).toEqual(refuse());
  });

  it('reports a user under the name in the file', async () => {
    const { authenticate } = open(fileOf(`ada:${cheap('lovelace')}`));
    const attempt = startAttempt(authenticate, 'ada:lovelace');
    await attempt.done;
    expect(attempt.verdict).toEqual(accept('ada'));
  });
});

describe('passwordFile() throws one line with the name of the file', () => {
  const failure = (path: string) => {
    try {
      passwordFile(path).close();
    } catch (error) {
      if (error instanceof UserFileError) return error.message;
      throw error;
    }
    throw new Error('starts');
  };

  it('if the file is missing', () => {
    const path = join(folder(), 'none');
    expect(failure(path)).toBe(`${path} cannot be read (ENOENT)`);
  });

  it('if the path is a folder', () => {
    const path = folder();
    expect(failure(path)).toBe(`${path} is a directory`);
  });

  it('if lines cannot be read, with the first problem and the numbers of the others', () => {
    const one = fileOf(`ada:${strong}`, `bob:${apr1Hash}`);
    expect(failure(one)).toBe(
      `${one}, line 2: the hash of bob: Apache's MD5 ($apr1$, htpasswd's default) is not supported: set the password anew, with htpasswd -B or sallyport users passwd`,
    );
    const three = fileOf('x', `ada:${strong}`, 'y', 'z');
    expect(failure(three)).toMatch(/, line 1: no colon.*\(and 2 more: line 3, line 4\)$/);
  });

  it('but not if the file has no user', () => {
    expect(open(fileOf('# empty')).authenticate.users).toBe(0);
  });
});

it.each([
  ['minimumDelayMs', -1],
  ['minimumDelayMs', Number.NaN],
  ['concurrency', 0],
  ['queue', 1.5],
] as const)('passwordFile() refuses the option %s: %d', (option, value) => {
  expect(() => passwordFile(fileOf(), { [option]: value })).toThrow(UsageError);
});

describe('A change of the user file', () => {
  const wait = { timeout: 60_000, interval: 20 };
  const twoUsers = () => `ada:${cheap('lovelace')}\nbob:${cheap('builder')}\n`;

  it.each<[string, (path: string, content: string) => void]>([
    ['written in place', (path, content) => writeFileSync(path, content)],
    [
      'renamed over it',
      (path, content) => {
        writeFileSync(`${path}.new`, content);
        renameSync(`${path}.new`, path);
      },
    ],
    [
      'removed and made anew',
      (path, content) => {
        rmSync(path);
        writeFileSync(path, content);
      },
    ],
  ])('takes effect: %s', async (_, change) => {
    const path = fileOf(`ada:${cheap('lovelace')}`);
    const read: number[] = [];
    const { verdictFor, authenticate, problems } = open(path, { onRead: (users) => read.push(users) });
    change(path, twoUsers());
    await vi.waitFor(() => expect(authenticate.users).toBe(2), wait);
    expect(await verdictFor('bob:builder')).toBe('accepted');
    change(path, `bob:${cheap('builder')}\n`);
    await vi.waitFor(() => expect(authenticate.users).toBe(1), wait);
    expect(await verdictFor('ada:lovelace')).toBe('refused');
    expect(read).toEqual([2, 1]);
    expect(problems).toEqual([]);
  });

  it('takes effect if a symlink gets another target', async () => {
    const home = folder();
    for (const version of ['1', '2']) mkdirSync(join(home, version));
    writeFileSync(join(home, '1', 'users'), `ada:${cheap('lovelace')}\n`);
    writeFileSync(join(home, '2', 'users'), twoUsers());
    symlinkSync('1', join(home, 'data'));
    symlinkSync('data/users', join(home, 'users'));
    const { authenticate } = open(join(home, 'users'));
    symlinkSync('2', join(home, 'data.new'));
    renameSync(join(home, 'data.new'), join(home, 'data'));
    await vi.waitFor(() => expect(authenticate.users).toBe(2), wait);
  });

  it('is found at a sign-in one second later if the system reports no event', async () => {
    const home = folder();
    const elsewhere = folder();
    writeFileSync(join(elsewhere, 'users'), `ada:${cheap('lovelace')}\n`);
    symlinkSync(join(elsewhere, 'users'), join(home, 'users'));
    const { verdictFor } = open(join(home, 'users'));
    writeFileSync(join(elsewhere, 'users'), twoUsers());
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await verdictFor('bob:builder')).toBe('accepted');
  });

  it('to broken lines is reported, and the other lines take effect', async () => {
    const path = fileOf(`ada:${cheap('lovelace')}`, `bob:${cheap('builder')}`);
    const { verdictFor, problems, authenticate } = open(path);
    writeFileSync(path, `ada:${cheap('lovelace')}\nbob:oops\n`);
    await vi.waitFor(() => expect(problems).toHaveLength(1), wait);
    expect(problems).toEqual([
      { file: path, line: 2, problem: expect.stringMatching(/^the hash of bob: neither/) },
    ]);
    expect(await verdictFor('ada:lovelace')).toBe('accepted');
    expect(await verdictFor('bob:builder')).toBe('refused');
    writeFileSync(path, twoUsers());
    await vi.waitFor(() => expect(authenticate.users).toBe(2), wait);
    expect(problems).toHaveLength(1);
  });

  it('that removes the file is reported once, and the earlier users can still sign in', async () => {
    const path = fileOf(`ada:${cheap('lovelace')}`);
    const { verdictFor, problems, authenticate } = open(path);
    rmSync(path);
    await vi.waitFor(() => expect(problems).toHaveLength(1), wait);
    expect(problems).toMatchObject([
      { isUnusable: true, problem: expect.stringMatching(/^it cannot be read \(ENOENT\)/) },
    ]);
    expect(await verdictFor('ada:lovelace')).toBe('accepted');
    writeFileSync(path, twoUsers());
    await vi.waitFor(() => expect(authenticate.users).toBe(2), wait);
    expect(problems).toHaveLength(1);
  });

  it('ends no session', async () => {
    const path = fileOf(`ada:${cheap('lovelace')}`);
    const { authenticate } = open(path);
    const { connect, sessions } = harness(authenticate);
    const client = connect();
    client.send('ada:lovelace');
    await vi.waitFor(() => expect(client.received()).toHaveLength(1), wait);
    writeFileSync(path, `bob:${cheap('builder')}\n`);
    await vi.waitFor(
      () => expect(startAttempt(authenticate, 'bob:builder').done).resolves.toBeUndefined(),
      wait,
    );
    await flushMicrotasks();
    client.send('hello');
    expect(client.received().at(-1)).toBe('your submit context: hello');
    expect(sessions.size).toBe(1);
  });

  it.each([
    [
      'throws',
      () => () => {
        throw new Error('mine');
      },
    ],
    ['rejects', () => async () => Promise.reject(new Error('mine'))],
  ])('takes effect although a callback %s', async (_, make) => {
    const path = fileOf(`ada:${cheap('lovelace')}`);
    const { authenticate, verdictFor } = open(path, {
      onProblem: make(),
      onRead: make(),
      onUpgraded: make(),
      upgrade: true,
    });
    writeFileSync(path, `${twoUsers()}x\n`);
    await vi.waitFor(() => expect(authenticate.users).toBe(2), wait);
    expect(await verdictFor('ada:lovelace')).toBe('accepted');
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toMatch('m=19456'), wait);
    await flushMicrotasks();
  });
});

describe('A weak hash', () => {
  const upgraded: PasswordFileOptions = { upgrade: true };
  const hashOf = (path: string, name: string) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1) ?? '';

  it.each([
    ['argon2', cheap],
    ['bcrypt', bcrypt],
  ])('of %s is replaced at the sign-in, and nothing else in the file', async (_, make) => {
    const path = fileOf('# ours', `ada:${make('lovelace')}`, `bob:${strong}`);
    const names: string[] = [];
    const { verdictFor, problems } = open(path, { ...upgraded, onUpgraded: (name) => names.push(name) });
    expect(await verdictFor('ada:wrong')).toBe('refused');
    expect(await verdictFor('ada:lovelace')).toBe('accepted');
    await vi.waitFor(() => expect(names).toEqual(['ada']), 60_000);
    expect(hashOf(path, 'ada')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(readFileSync(path, 'utf8').replace(/^ada.*$/m, '')).toBe(`# ours\n\nbob:${strong}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await verdictFor('ada:lovelace')).toBe('accepted');
    expect(await verdictFor('ada:wrong')).toBe('refused');
    expect(names).toEqual(['ada']);
    expect(problems).toEqual([]);
  });

  it.each<[string, (path: string) => void, PasswordFileOptions, string]>([
    ['the file is not writable', (path) => chmodSync(path, 0o400), {}, 'lovelace'],
    ['the option is off', () => {}, { upgrade: false }, 'lovelace'],
    ['the password is longer than bcrypt reads', () => {}, {}, 'x'.repeat(73)],
  ])('stays if %s', async (_, prepare, options, password) => {
    const path = fileOf(`ada:${bcrypt(password)}`);
    prepare(path);
    const before = readFileSync(path, 'utf8');
    const { verdictFor, problems } = open(path, { ...upgraded, ...options });
    expect(await verdictFor(`ada:${password}`)).toBe('accepted');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(problems).toEqual([]);
  });

  it('that was changed during the sign-in keeps the change', async () => {
    const path = fileOf(`ada:${cheap('lovelace')}`);
    const { verdictFor } = open(path, {
      ...upgraded,
      verify: async () => {
        writeFileSync(path, `ada:${strong}\n`);
        return true;
      },
    });
    expect(await verdictFor('ada:lovelace')).toBe('accepted');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(hashOf(path, 'ada')).toBe(strong);
  });

  it('that could not be replaced is not tried again until the file has changed', async () => {
    const path = fileOf(`ada:${cheap('lovelace')}`, `bob:${cheap('builder')}`);
    // A comment in Latin-1: the file cannot be written back without damage.
    const latin1 = Buffer.from([0x23, 0xe9, 0x0a]);
    writeFileSync(path, Buffer.concat([latin1, readFileSync(path)]));
    const { verdictFor, problems, authenticate } = open(path, upgraded);
    expect(await verdictFor('ada:lovelace')).toBe('accepted');
    await vi.waitFor(() => expect(problems).toHaveLength(1), 60_000);
    expect(problems[0]?.problem).toMatch(
      /^the weak hash of ada could not be replaced: .*; no weak hash is replaced until the file changes$/,
    );
    for (const text of ['ada:lovelace', 'bob:builder']) expect(await verdictFor(text)).toBe('accepted');
    writeFileSync(path, `ada:${cheap('lovelace')}\n`);
    await vi.waitFor(() => expect(authenticate.users).toBe(1), 60_000);
    expect(await verdictFor('ada:lovelace')).toBe('accepted');
    await vi.waitFor(() => expect(hashOf(path, 'ada')).toMatch('m=19456'), 60_000);
    expect(problems).toHaveLength(1);
  });

  it('leaves no draft and no lock behind', async () => {
    const path = fileOf(`ada:${cheap('lovelace')}`);
    const { verdictFor } = open(path, upgraded);
    await verdictFor('ada:lovelace');
    await vi.waitFor(() => expect(hashOf(path, 'ada')).toMatch('m=19456'), 60_000);
    const { readdirSync } = await import('node:fs');
    await vi.waitFor(() => expect(readdirSync(dirname(path))).toEqual(['users']), 60_000);
  });
});
