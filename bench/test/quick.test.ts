/**
 * The bench runs, from the command to the results, and every figure is a number. No test depends on a speed.
 *
 * The test spawns the built bench as `pnpm bench` does.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCores } from '../src/cores.ts';
import type { Results } from '../src/results.ts';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const bench = (...given: readonly string[]) => run(process.execPath, [MAIN, ...given], { timeout: 300_000 });

const asked = ['ws by hand', 'ws by hand, corked', 'Sallyport on ws'];
const cores = findCores();
if (!cores) console.warn('SKIPPED: the bench needs Linux and two cores');

describe.skipIf(!cores)('a quick run of one part', () => {
  let folder: string;
  let stdout: string;
  let results: Results;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-'));
    ({ stdout } = await bench('echo', '--quick', '--only', ...asked, '--out', folder));
    results = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as Results;
  }, 400_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('the results name the part, and the machine that it ran on', () => {
    expect(Object.keys(results.parts)).toEqual(['echo']);
    const part = results.parts['echo'];
    expect(part?.plan.mode).toBe('quick');
    expect(part?.skipped).toEqual([]);
    expect(part?.surroundings).toEqual({
      cpu: expect.any(String),
      cores: expect.any(Number),
      memoryGiB: expect.any(Number),
      platform: expect.any(String),
      node: process.version,
      loadAtStart: expect.any(Number),
      versions: expect.objectContaining({ ws: expect.any(String), xstate: expect.any(String) }),
    });
  });

  it('every contender has a value and its ratios in every round', () => {
    const summary = results.parts['echo']?.summaries.find(
      ({ figure }) => figure.name === 'echo, 32 B, 16 in flight',
    );
    expect(summary?.figure).toMatchObject({ unit: 'messages/s', better: 'more' });
    const ours = summary?.rows.find(({ contender }) => contender === 'Sallyport on ws');
    expect(ours?.values).toHaveLength(results.parts['echo']?.plan.rounds ?? 0);
    expect(ours?.ratios.map(({ against }) => against)).toEqual(['ws by hand, corked', 'ws by hand']);
    for (const { rows } of results.parts['echo']?.summaries ?? [])
      for (const { value } of rows) expect(value.median).toBeGreaterThan(0);
  });

  it('the results are shown as a table', () => {
    expect(stdout).toMatch(/^echo, 32 B, 16 in flight \(messages\/s\)$/m);
    expect(stdout).toMatch(/^ {2}Sallyport on ws {2,}.* × ws by hand, corked \(.*–.*\)/m);
  });
});

it.skipIf(!cores)(
  'a quick run of the fan-out measures deliveries, subscriptions and a herd',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-fan-out-'));
    await bench('fanout', '--quick', '--rounds', '1', '--only', 'ws', '--out', folder);
    const { parts } = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as Results;
    await rm(folder, { recursive: true });
    const { skipped, summaries } = parts['fanout'] ?? {};
    expect(skipped).toEqual([]);
    const rowsOf = (name: string) => summaries?.find(({ figure }) => figure.name === name)?.rows ?? [];
    const delivered = rowsOf('server CPU per delivery, 20 subscribers, 10 a tick, 100 B');
    expect(delivered.map(({ contender }) => contender)).toEqual([
      'ws by hand, one frame for all',
      'Sallyport channels on ws',
      'Socket.IO rooms on ws',
      'crossws topics on Node',
    ]);
    expect(delivered[1]?.ratios.map(({ against }) => against)).toEqual(['ws by hand, one frame for all']);
    for (const { value } of delivered) expect(value.median).toBeGreaterThan(0);
    expect(rowsOf('broker reads, 200 recover at once')).toMatchObject([{ value: { median: 1 } }]);
  },
  400_000,
);

it('bench --help lists the parts', async () => {
  expect((await bench('--help')).stdout).toMatch(/^ {2}idle +memory/m);
});

it('bench refuses an unknown part', async () => {
  await expect(bench('ecko')).rejects.toMatchObject({
    stderr: expect.stringContaining('there is no such part'),
  });
});
