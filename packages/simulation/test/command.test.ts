/** The command: exit codes, words, and the way to replay a failure. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PLANTED_BUGS } from '../src/planted-bugs.ts';
import { bundleWith } from './planted-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-simulate-'));
const right = join(folder, 'right.mjs');
const broken = join(folder, 'broken.mjs');

beforeAll(async () => {
  await bundleWith(undefined, right);
  await bundleWith(PLANTED_BUGS[0], broken);
});
afterAll(() => rmSync(folder, { recursive: true }));

const command = (file: string, ...args: string[]) =>
  spawnSync(process.execPath, [file, ...args], { encoding: 'utf8' });

it('--help names every option, and exits with 0', () => {
  const { status, stdout } = command(right, '--help');
  expect(status).toBe(0);
  for (const option of [
    '--seed',
    '--runs',
    '--events',
    '--faults',
    '--broker',
    '--only',
    '--log',
    '--quick',
    '--recording',
  ])
    expect(stdout).toContain(option);
});

it.each([
  [['--runs', '0'], 'Give a whole number of at least 1'],
  [['--seed', '1.5'], 'Give a whole number of at least 0'],
  [['--faults', 'cut,flood'], "There is no fault 'flood'. Choose from latency, cut,"],
  [['--broker', 'nats'], 'Allowed choices are memory, redis.'],
  [['--only', '3;4'], 'Give numbers of events, such as 3,17,20.'],
  [['--many'], "unknown option '--many'"],
  [['7'], 'too many arguments'],
])('a wrong argument exits with 2 and says what is right: %s', (args, words) => {
  const { status, stderr } = command(right, ...args);
  expect(stderr).toContain(words);
  expect(status).toBe(2);
});

it('runs without a broken rule exit with 0 and tell what never happened', () => {
  const { status, stdout } = command(right, '--runs', '2', '--events', '60', '--faults', 'cut,broker');
  expect(stdout).toMatch(/^2 runs, \d+ steps in/);
  expect(stdout).toContain('Never happened');
  expect(status).toBe(0);
});

it('a broken rule exits with 1, and the printed command replays it', () => {
  const { status, stdout } = command(broken, '--runs', '50');
  expect(status).toBe(1);
  expect(stdout).toMatch(/^BROKEN: .+$/m);
  const rule = /^BROKEN: (.*)$/m.exec(stdout)?.[1];
  const args = /^Replay it: pnpm simulate (.*)$/m.exec(stdout)?.[1]?.split(' ') ?? [];
  const replayed = command(broken, ...args);
  expect(replayed.status).toBe(1);
  expect(replayed.stdout).toContain(`BROKEN: ${rule}`);
  // The same command on the sources as they are breaks nothing.
  expect(execFileSync(process.execPath, [right, ...args], { encoding: 'utf8' })).toContain(
    'no rule was broken',
  );
});
