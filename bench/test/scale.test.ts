/** The part `scale` runs, from the command to the results, and every figure is a number. No test depends on a speed. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCores } from '../src/cores.ts';
import type { PartResults, Results } from '../src/results.ts';
import { Redis } from '../src/scale/redis.ts';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const OURS = 'Sallyport over Redis on ws';
const STREAMS = 'Socket.IO, Redis streams, on ws';

/** Some fifty processes start, one after the other. Only for a test that hangs. */
const LONGEST_MS = 1_200_000;

const hasRedis = Redis.isInstalled();
const cores = findCores();
if (!cores) console.warn('SKIPPED: the bench needs Linux and two cores');
else if (!hasRedis) console.warn('SKIPPED: the part scale needs redis-server in PATH');

describe.skipIf(!cores)('a quick run of the part scale', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-scale-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function scale(
    path: string | undefined,
    ...only: readonly string[]
  ): Promise<PartResults | undefined> {
    const given = ['scale', '--quick', '--rounds', '1', '--out', folder, '--only', ...only];
    await run(process.execPath, [MAIN, ...given], { env: { ...process.env, PATH: path } });
    const results = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as Results;
    return results.parts['scale'];
  }

  it.skipIf(!hasRedis)(
    'measures two servers over Redis, and Socket.IO beside them',
    async () => {
      const { skipped, summaries } = (await scale(process.env['PATH'], OURS, STREAMS)) ?? {};
      expect(skipped).toEqual([]);
      const rowsOf = (name: string) => summaries?.find(({ figure }) => figure.name === name)?.rows ?? [];
      const load = '20 subscribers on two servers, 10 a tick, 100 B';
      const delivered = rowsOf(`server CPU per delivery, ${load}`);
      expect(delivered.map(({ contender }) => contender)).toEqual([OURS, STREAMS]);
      expect(delivered[1]?.ratios.map(({ against }) => against)).toEqual([OURS]);
      // One script for each publication, and besides those of the heartbeats: the slower the machine, the more.
      const [commands] = rowsOf(`Redis commands per publication, ${load}`);
      expect(commands?.value.median).toBeGreaterThanOrEqual(1);
      expect(rowsOf('from Redis back to the last of 200 channels repaired')).toHaveLength(1);
      for (const name of ['', ' with 5 ms more each way'])
        expect(rowsOf(`time to one subscriber of the other server ÷ round trip${name}, p99`)).toHaveLength(2);
      for (const { rows } of summaries ?? [])
        for (const { value } of rows) expect(value.median).toBeGreaterThanOrEqual(0);
    },
    LONGEST_MS,
  );

  it(
    'says aloud that there is no redis-server, and succeeds',
    async () => {
      // A folder that has nothing but what the bench itself starts.
      for (const tool of ['node', 'taskset']) {
        const found = process.env['PATH']?.split(delimiter).map((path) => join(path, tool));
        const target = found?.find((path) => existsSync(path));
        if (target) await symlink(target, join(folder, tool));
      }
      const { skipped, summaries } = (await scale(folder, OURS)) ?? {};
      // Said for each measurement that it would take part in.
      expect(skipped).toContainEqual({ contender: OURS, reason: 'no redis-server in PATH' });
      expect(new Set(skipped?.map(({ reason }) => reason)).size).toBe(1);
      expect(summaries).toEqual([]);
    },
    LONGEST_MS,
  );
});
