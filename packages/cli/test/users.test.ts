/** `sallyport users` in scripts: the file, the output and the exit codes. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runInProcess } from './in-process.ts';
import { pipe } from './pipe.ts';
import { scratch } from './scratch.ts';
import { ServerProcess } from './server-processes.ts';

const at = scratch();
const users = (args: readonly string[], input = '') =>
  runInProcess(['users', ...args, '--file', at('users')], input);

describe('A user', () => {
  it('can be added, verified, given another password and removed', async () => {
    expect(await users(['add', 'ada', '--stdin'], 'lovelace\n')).toEqual({
      code: 0,
      stdout: 'added ada\n',
      stderr: '',
    });
    expect(statSync(at('users')).mode & 0o777).toBe(0o600);
    expect(readFileSync(at('users'), 'utf8')).toMatch(/^ada:\$argon2id\$/);
    expect((await users(['verify', 'ada', '--stdin'], 'lovelace\n')).code).toBe(0);
    expect((await users(['passwd', 'ada', '--stdin'], 'byron')).code).toBe(0);
    expect(await users(['verify', 'ada', '--stdin'], 'lovelace\n')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'sallyport: the username or password is wrong\n',
    });
    expect((await users(['verify', 'ada', '--stdin'], 'byron\n')).code).toBe(0);
    expect(await users(['list'])).toEqual({ code: 0, stdout: 'ada  argon2\n', stderr: '' });
    expect((await users(['remove', 'ada'])).code).toBe(0);
    expect((await users(['list'])).stdout).toBe('');
  });

  it('can sign in at once to a server with the file', async () => {
    const added = await pipe(['users', 'add', 'ada', '--stdin', '--file', at('users')], 'lovelace\n');
    expect(added).toEqual({ code: 0, stdout: 'added ada\n', stderr: '' });
    const server = await ServerProcess.start('sallyport-ws', ['--users', at('users')]);
    const talk = await pipe(['connect', server.url, '-q'], 'ada:lovelace\nhello\n');
    await server.stop();
    expect(talk).toMatchObject({ code: 0, stdout: 'your submit context: hello\n' });
  });

  it('is added without a change to other lines and comments', async () => {
    writeFileSync(at('users'), '# ours\nbroken\n');
    await users(['add', 'ada', '--stdin'], 'lovelace\n');
    expect(readFileSync(at('users'), 'utf8')).toMatch(/^# ours\nbroken\nada:\$/);
    const { code, stdout, stderr } = await users(['list']);
    expect([code, stdout]).toEqual([0, 'ada  argon2\n']);
    expect(stderr).toMatch(/^sallyport: .*users, line 2: no colon: it must be name:hash\n$/);
  });
});

describe('sallyport users prints an error of one line for', () => {
  const line = (what: RegExp) =>
    expect.stringMatching(new RegExp(`^sallyport: [^\\n]*${what.source}[^\\n]*\\n$`));

  it('a user that exists already, or does not exist', async () => {
    await users(['add', 'ada', '--stdin'], 'lovelace\n');
    expect(await users(['add', 'ada', '--stdin'], 'x\n')).toMatchObject({
      code: 1,
      stderr: line(/there is a user ada already; use passwd to change the password/),
    });
    for (const command of [
      ['passwd', 'bob', '--stdin'],
      ['verify', 'bob', '--stdin'],
      ['remove', 'bob'],
    ])
      expect(await users(command, 'x\n')).toMatchObject({ code: 1, stderr: line(/there is no user bob/) });
  });

  it.each(['a:b', '', '#a', ' a', 'a\u001b'])('the name %j', async (name) => {
    expect(await users(['add', name, '--stdin'], 'x\n')).toMatchObject({ code: 1, stderr: line(/the name/) });
  });

  it('a file that cannot be used', async () => {
    expect(await users(['list'])).toMatchObject({ code: 3, stderr: line(/users cannot be read \(ENOENT\)/) });
    const { code, stderr } = await runInProcess(
      ['users', 'add', 'ada', '--stdin', '--file', at('no/users')],
      'x\n',
    );
    expect([code, stderr]).toEqual([3, line(/cannot be written \(ENOENT\)/)]);
  });

  it.each([
    ['', /--stdin: standard input has no password/],
    ['one\ntwo\n', /must be one line/],
    ['\n', /standard input has no password/],
    [`${'x'.repeat(1025)}\n`, /more than 1024 bytes/],
  ])('the input %j, which has no valid password', async (input, what) => {
    const { stderr } = await users(['add', 'ada', '--stdin'], input);
    expect(stderr).toEqual(line(what));
  });

  it('a missing terminal, file, command or name', async () => {
    expect(await users(['add', 'ada'])).toMatchObject({
      code: 2,
      stderr: line(/pass the password there with --stdin/),
    });
    expect(await runInProcess(['users', 'list'])).toMatchObject({ code: 2, stderr: line(/--file/) });
    expect(await runInProcess(['users'])).toMatchObject({ code: 2, stderr: line(/--help/) });
    expect(await users(['add'])).toMatchObject({ code: 2, stderr: line(/name/) });
    expect(await users(['ad', 'x'])).toMatchObject({ code: 2, stderr: line(/did you mean add/) });
  });
});
