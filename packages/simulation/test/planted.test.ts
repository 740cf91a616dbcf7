/** The simulation finds bugs: each is planted alone, and broken rules are told by name. docs/testing.md has the table. */
import { appendFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PLANTED_BUGS } from '../src/planted-bugs.ts';
import { runWith } from './planted-runs.ts';

/** All take minutes. By default the first ones are tried, and the first one on Redis. */
const onRedis = PLANTED_BUGS.filter(({ broker }) => broker === 'redis');
const bugs =
  process.env['PLANTED'] === 'all' ? PLANTED_BUGS : [...PLANTED_BUGS.slice(0, 3), ...onRedis.slice(0, 1)];
const found = bugs.filter(({ survives }) => survives === undefined);
const surviving = bugs.filter(({ survives }) => survives !== undefined);

/** Runs that may be needed. */
const RUNS = 200;

it.each(found)('finds: $name', async (bug) => {
  const { rule, runs, seconds, output } = await runWith(bug, RUNS);
  const table = process.env['TABLE'];
  if (table) appendFileSync(table, `| ${bug.name} | ${rule} | ${runs} | ${seconds.toFixed(1)} s |\n`);
  expect(rule, output).toBeDefined();
});

it.each(surviving)('does not find: $name', async (bug) => {
  // The text is still in its file, and a few runs go well with the bug.
  const { rule, runs, output } = await runWith(bug, 5);
  expect([rule, runs], output).toEqual([undefined, 5]);
});
