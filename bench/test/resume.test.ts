/** A run that was interrupted goes on after its last whole round. Spawned as `pnpm bench` does it, on what has been built. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCores } from '../src/cores.ts';
import type { Results } from '../src/results.ts';

const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const cores = findCores();
if (!cores) console.warn('SKIPPED: the bench needs Linux and two cores');

describe.skipIf(!cores)('a run that was interrupted in its second round', () => {
  let folder: string;
  let kept: number;
  const given = (...more: readonly string[]) => [
    ...[MAIN, 'step', 'login', '--quick', '--only', 'ws by hand', '--out', folder],
    ...more,
  ];
  const bench = (...more: readonly string[]) =>
    promisify(execFile)(process.execPath, given(...more), { timeout: 300_000 });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const run = spawn(process.execPath, given(), { stdio: ['ignore', 'ignore', 'pipe'] });
    for await (const line of createInterface({ input: run.stderr })) if (line.includes('login 2/2')) break;
    run.kill('SIGKILL');
    await once(run, 'exit');
    const { finished, rounds } = JSON.parse(await readFile(join(folder, 'unfinished.json'), 'utf8'));
    expect(finished).toEqual(['step']);
    expect(rounds.login).toHaveLength(1);
    kept = rounds.login[0].samples[0].value;
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('is not resumed with another plan, since samples of two runs would be mixed', async () => {
    await expect(bench('--resume', '--rounds', '3')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/had other settings \(plan\).*Give the same parts and options/),
    });
  });

  it('goes on with that round, and has the samples of both runs', async () => {
    const { stderr } = await bench('--resume');
    expect(stderr).toContain('step: finished before the interruption');
    expect(stderr).not.toContain('login 1/2');
    expect(stderr).toContain('login 2/2');
    const { parts } = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as Results;
    expect(Object.keys(parts)).toEqual(['step', 'login']);
    const values = parts['login']?.summaries[0]?.rows[0]?.values;
    expect(values).toHaveLength(2);
    expect(values?.[0]).toBe(kept);
    expect(existsSync(join(folder, 'unfinished.json'))).toBe(false);
  });

  it('cannot be resumed once it has finished', async () => {
    await expect(bench('--resume')).rejects.toMatchObject({
      stderr: expect.stringMatching(/there is no run to resume: .*unfinished\.json does not exist/),
    });
  });
});
