/** `bench --compare`: another revision beside this one, and the ratio of every figure. */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { writeJson } from '../json-file.ts';
import type { Circumstances, Part } from '../part.ts';
import { printLine, progress } from '../progress.ts';
import type { Skipped } from '../results.ts';
import type { Sample } from '../sample.ts';
import { surroundings } from '../surroundings.ts';
import { CannotCompare } from './cannot-compare.ts';
import { checkOut } from './checkout.ts';
import { type Comparison, comparisonsOf } from './comparison.ts';
import { comparisonTable } from './comparison-table.ts';
import { measureSides } from './measure.ts';
import { type Commit, Repository } from './repository.ts';
import { findRevision } from './revision.ts';
import type { Sides } from './sides.ts';
import { Interrupted, withTemporaryFolder } from './temporary-folder.ts';

export interface CompareOrder extends Pick<Circumstances, 'plan' | 'cores' | 'perProcess'> {
  /** The root of this revision. */
  readonly root: string;
  /** Not set: the default revision. */
  readonly revision: string | undefined;
  readonly parts: readonly Part[];
  /** Names of libraries; not set: both. */
  readonly only: readonly string[] | undefined;
  /** Where the results go as JSON. */
  readonly json: string | undefined;
}

interface Measured {
  readonly samples: readonly Sample[];
  readonly skipped: readonly Skipped[];
  readonly hasFailed: boolean;
}

/**
 * Prints the comparison and gives the exit status. A figure never makes it fail. It fails if a build or a server
 * does, and if a revision that was named cannot be compared with.
 */
export async function compare(order: CompareOrder): Promise<number> {
  try {
    return await compareWith(order);
  } catch (error) {
    if (error instanceof Interrupted) {
      printLine('Interrupted. The other revision is removed.');
      return 128 + constants.signals[error.by];
    }
    printLine((error as Error).message);
    return error instanceof CannotCompare && order.revision === undefined ? 0 : 1;
  }
}

async function compareWith(order: CompareOrder): Promise<number> {
  const repository = await Repository.at(order.root);
  const that = await findRevision(repository, order.revision);
  const head = (await repository.commitOf('HEAD')) ?? that;
  const isDirty = await repository.isDirty();
  const names = [
    `this: ${inWords(head)}${isDirty ? ', with changes that are not committed' : ''}`,
    `that: ${inWords(that)}`,
  ];
  for (const name of names) printLine(name);
  const before = surroundings();
  const started = performance.now();
  const { samples, skipped, hasFailed } = await withTemporaryFolder((folder, signal) =>
    measureBeside(order, repository, that, folder, signal),
  );
  const seconds = (performance.now() - started) / 1_000;
  const comparisons = comparisonsOf(samples);
  console.log(report(names, comparisons));
  printLine(`${seconds.toFixed(0)} s`);
  if (order.json !== undefined)
    writeJson(order.json, {
      version: 1,
      this: { ...head, isDirty },
      that,
      surroundings: before,
      plan: order.plan,
      seconds,
      skipped,
      comparisons,
    });
  return hasFailed || comparisons.length === 0 ? 1 : 0;
}

async function measureBeside(
  order: CompareOrder,
  repository: Repository,
  that: Commit,
  folder: string,
  signal: AbortSignal,
): Promise<Measured> {
  const steps = { signal, progress };
  const sides: Sides = [
    { name: 'this', root: order.root },
    { name: 'that', root: await checkOut(repository, that, folder, steps) },
  ];
  const skipped: Skipped[] = [];
  let hasFailed = false;
  const samples = await measureSides(sides, {
    ...order,
    exists: existsSync,
    // Before each visit: so an interrupted run starts no more servers.
    progress(text) {
      signal.throwIfAborted();
      progress(text);
    },
    skip(contender, reason, cause) {
      skipped.push({ contender, reason });
      hasFailed ||= cause === 'failed';
      printLine(`SKIPPED ${contender}: ${reason}`);
    },
  });
  return { samples, skipped, hasFailed };
}

const inWords = ({ hash, subject }: Commit) => `${hash.slice(0, 7)} (${subject})`;

function report(names: readonly string[], comparisons: readonly Comparison[]): string {
  const what = 'Ratios are this ÷ that: the median of the rounds. Below 1, this revision needs less.';
  return `\n${[...names, what].join('\n')}\n\n${comparisonTable(comparisons)}\n`;
}
