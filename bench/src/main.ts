/** The command: `pnpm bench [part…]`. Tables on standard output, progress on standard error. */

import { join } from 'node:path';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { compare } from './compare/compare.ts';
import { comparableParts } from './compare/measure.ts';
import { contenders } from './contenders.ts';
import { type Cores, connectionsPerProcess, findCores } from './cores.ts';
import type { Circumstances, Part } from './part.ts';
import { parts } from './parts/index.ts';
import { writePlots } from './plots.ts';
import { printLine, progress } from './progress.ts';
import { type Skipped, writePart } from './results.ts';
import { comparePlan, fullPlan, type Plan, quickComparePlan, quickPlan, withRounds } from './run-plan.ts';
import { summarise } from './summary.ts';
import { surroundings } from './surroundings.ts';
import { tableOf } from './table.ts';
import { CannotResume, type Settings, UnfinishedRun } from './unfinished-run.ts';

interface Options {
  readonly quick: boolean;
  readonly only?: readonly string[];
  readonly rounds?: number;
  readonly out: string;
  readonly resume: boolean;
  readonly fiftyThousand: boolean;
  readonly profile?: string;
  /** `true` without a revision. */
  readonly compare?: string | true;
  readonly json?: string;
}

const HERE = join(import.meta.dirname, '..');

const program = new Command('bench')
  .description(
    'Sallyport side by side with hand-written servers and with peers, on two cores of this machine.',
  )
  .addArgument(
    new Argument('[part...]', `which: ${parts.map(({ name }) => name).join(', ')}`)
      .argParser(partsNamed)
      .default(parts, 'all of them'),
  )
  .option('--quick', 'a short run, which shows that it works and nothing else', false)
  .option('--only <name...>', 'only these: names, kinds (control, ours, engine, peer) or libraries (ws, uWS)')
  .option('--rounds <number>', 'pairs in turn', wholeNumber)
  .option('--out <folder>', 'for results.json and plots', HERE)
  .option(
    '--resume',
    'go on with the run that was interrupted, after its last whole round; give the same parts and options',
    false,
  )
  .option('--fifty-thousand', 'also measure memory at 50 000 sessions, over several processes', false)
  .option('--profile <folder>', 'write a CPU profile of every server that runs on Node')
  .addOption(
    new Option(
      '--compare [revision]',
      'build another git revision beside this one, and print the ratio of each figure; takes about five minutes, ' +
        'with --quick about one; default revision: where this branch left origin/main, or else HEAD~1',
    ).conflicts(['out', 'resume', 'fiftyThousand', 'profile']),
  )
  .option('--json <file>', 'with --compare: write every sample and every ratio to this file')
  .addHelpText(
    'after',
    `\nParts:\n${parts.map(({ name, about }) => `  ${name.padEnd(9)}${about}`).join('\n')}

--compare takes the parts ${comparableParts.map(({ name }) => name).join(', ')}, and of --only the names of libraries: ws, uWS.`,
  )
  .action(run);
await program.parseAsync();

async function run(chosen: readonly Part[], options: Options): Promise<void> {
  if (options.json !== undefined && options.compare === undefined)
    program.error('error: --json needs --compare');
  const cores = findCores();
  if (!cores) {
    printLine('This needs Linux, and two cores: one for the server, one for the load generator.');
    process.exitCode = options.compare === true ? 0 : 1;
    return;
  }
  const perProcess = connectionsPerProcess();
  if (options.compare !== undefined) return runComparison(chosen, options, cores, perProcess);
  const plan = planOf(options, perProcess);
  const unfinished = unfinishedRun(chosen, options, plan);
  for (const part of chosen) {
    if (unfinished.hasFinished(part.name)) {
      printLine(`${part.name}: finished before the interruption`);
      continue;
    }
    const skipped: Skipped[] = [];
    const circumstances: Circumstances = {
      plan,
      cores,
      perProcess,
      unfinished,
      contenders: (part.contenders ?? contenders).filter(
        ({ name, kind, library }) =>
          options.only?.some((only) => [name, kind, library].includes(only)) ?? true,
      ),
      isHuge: options.fiftyThousand,
      nodeFlags: options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [],
      progress,
      skip(contender, reason) {
        skipped.push({ contender, reason });
        printLine(`SKIPPED ${contender}: ${reason}`);
      },
    };
    await runPart(part, circumstances, skipped, options.out);
    unfinished.finish(part.name);
  }
  unfinished.end();
}

function unfinishedRun(chosen: readonly Part[], options: Options, plan: Plan): UnfinishedRun {
  const { only = [], fiftyThousand, out, resume } = options;
  const { loadAtStart: _, ...rest } = surroundings();
  const settings: Settings = {
    ...{ parts: chosen.map(({ name }) => name), only, fiftyThousand, plan },
    surroundings: rest,
  };
  const file = join(out, 'unfinished.json');
  try {
    return resume ? UnfinishedRun.resume(file, settings) : UnfinishedRun.begin(file, settings);
  } catch (error) {
    if (error instanceof CannotResume) program.error(`error: ${error.message}`);
    throw error;
  }
}

async function runComparison(
  chosen: readonly Part[],
  { quick, rounds, compare: revision, only, json }: Options,
  cores: Cores,
  perProcess: number,
): Promise<void> {
  const some = chosen === parts ? comparableParts : chosen;
  for (const { name } of some.filter((part) => !comparableParts.includes(part)))
    program.error(`error: --compare cannot take the part '${name}'`);
  const plan = quick ? quickComparePlan : comparePlan;
  const status = await compare({
    root: join(HERE, '..'),
    revision: revision === true ? undefined : revision,
    parts: some,
    only,
    json,
    plan: withRounds(plan, rounds),
    cores,
    perProcess,
  });
  // Exits, and does not only set the code: after an interruption a visit may still run. Its processes end with this one.
  process.exit(status);
}

async function runPart(
  part: Part,
  circumstances: Circumstances,
  skipped: readonly Skipped[],
  out: string,
): Promise<void> {
  const before = surroundings();
  const started = performance.now();
  const summaries = summarise(await part.run(circumstances), part.rows ?? circumstances.contenders);
  const seconds = (performance.now() - started) / 1_000;
  printLine(`${part.name}: ${seconds.toFixed(0)} s`);
  for (const summary of summaries) console.log(tableOf(summary));
  const { plan } = circumstances;
  const results = { surroundings: before, plan, seconds, skipped, summaries };
  writePart(join(out, 'results.json'), part.name, results);
  await writePlots(join(out, 'plots'), part.name, results);
}

function planOf({ quick, rounds }: Options, perProcess: number): Plan {
  return withRounds(quick ? quickPlan : fullPlan(perProcess), rounds);
}

/** Called once per argument; the default is all of them. */
function partsNamed(name: string, before: readonly Part[]): readonly Part[] {
  const part = parts.find((candidate) => candidate.name === name);
  if (!part) throw new InvalidArgumentError('there is no such part');
  return before === parts ? [part] : [...before, part];
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('a whole number of at least 1');
  return Number(text);
}
