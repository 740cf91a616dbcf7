/**
 * The built command `bench --compare`, up to its first measurement. `.ci/run` runs it to its end.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Repository } from '../src/compare/repository.ts';
import { runCommand } from '../src/compare/subprocess.ts';
import { findCores } from '../src/cores.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'bench', 'dist', 'main.js');
const bench = (...given: readonly string[]) => run(process.execPath, [MAIN, ...given], { timeout: 60_000 });

const cores = findCores();
const repository = await Repository.at(ROOT).catch((error: Error) => error);
const why = !cores
  ? 'the bench needs Linux and two cores'
  : repository instanceof Error && repository.message;
if (why) console.warn(`SKIPPED: ${why}`);

describe('bad arguments of bench --compare', () => {
  it.each([
    ['a part that takes too long', ['--compare', 'HEAD', 'crowd'], "--compare cannot take the part 'crowd'"],
    ['a folder for results.json', ['--compare', 'HEAD', '--out', '.'], 'cannot be used with'],
    ['--json without it', ['--json', 'file'], '--json needs --compare'],
  ])('bench --compare refuses %s', async (_title, given, said) => {
    await expect(bench(...given)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(said) });
  });

  it.skipIf(why)('bench --compare refuses a revision that git does not know', async () => {
    await expect(bench('--compare', 'no-such-revision')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("git does not know a revision 'no-such-revision'"),
    });
  });
});

it.skipIf(why)(
  'bench --compare removes the other revision when a signal interrupts it',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-interrupted-'));
    const child = spawn(process.execPath, [MAIN, '--compare', 'HEAD'], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const end = once(child, 'close');
    let left: readonly string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      if (line !== 'the other revision: install') continue;
      left = await readdir(folder);
      child.kill('SIGINT');
    }
    expect(left).toEqual([expect.stringMatching(/^sallyport-bench-/)]);
    expect(await end).toEqual([130, null]);
    expect((await readdir(folder)).filter((name) => name.startsWith('sallyport-bench-'))).toEqual([]);
    await rm(folder, { recursive: true });
  },
  60_000,
);

describe('a command that the comparison runs', () => {
  it('an interrupted command ends with all processes that it started', async () => {
    const interruption = new AbortController();
    const folder = await mkdtemp(join(tmpdir(), 'bench-command-'));
    // The grandchild holds the output open: the promise settles only once that has ended too.
    const command = runCommand(['sh', '-c', 'sleep 600 & touch started; wait'], {
      folder,
      signal: interruption.signal,
    });
    while (!(await readdir(folder)).includes('started'));
    interruption.abort(new Error('interrupted'));
    await expect(command).rejects.toThrow('interrupted');
    await rm(folder, { recursive: true });
  });

  it('a failed command and a missing command have different errors', async () => {
    const missing = await runCommand(['no-such-command'], { folder: ROOT });
    expect(missing).toMatchObject({ status: undefined, isMissing: true });
    const failed = await runCommand(['sh', '-c', 'echo out; echo err >&2; exit 3'], { folder: ROOT });
    expect(failed).toMatchObject({ status: 3, isMissing: false, stdout: 'out\n' });
    expect(failed.output).toContain('err\n');
  });
});
