/**
 * The command `pnpm simulate`. Progress on standard error, the outcome on standard output. Exit code 0: no rule was broken, 1: one was, 2:
 * wrong arguments.
 *
 * Proven by: test/command.test.ts.
 */
import { readFileSync } from 'node:fs';
import { RecordingError, readRecording } from '@sallyport/recording';
import { Command, InvalidArgumentError, Option } from 'commander';
import { FAULTS, type FaultKind } from './actions.ts';
import { runRecording } from './recorded-run.ts';
import { EVENTS, run } from './run.ts';
import { simulate } from './simulate.ts';
import { failureText, recordingText, summaryText } from './summary.ts';
import { BROKERS, type BrokerKind } from './world.ts';

interface Options {
  readonly seed: number;
  readonly runs: number;
  readonly events: number;
  readonly faults: readonly FaultKind[];
  readonly broker?: BrokerKind;
  readonly only?: readonly number[];
  readonly log: boolean;
  readonly quick: boolean;
  readonly recording?: readonly string[];
}

function wholeNumber(least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`Give a whole number of at least ${least}, such as ${least + 6}.`);
    return value;
  };
}

function faultsIn(text: string): readonly FaultKind[] {
  if (text === 'none') return [];
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.filter((name) => !(FAULTS as readonly string[]).includes(name));
  if (wrong.length > 0)
    throw new InvalidArgumentError(
      `There is no fault '${wrong[0]}'. Choose from ${FAULTS.join(', ')}, or none.`,
    );
  return names as FaultKind[];
}

function numbersIn(text: string): readonly number[] {
  if (!/^\d+(,\d+)*$/.test(text)) throw new InvalidArgumentError('Give numbers of events, such as 3,17,20.');
  return text.split(',').map(Number);
}

const program = new Command('simulate')
  .description(
    'Clients, servers, channels, broker and network in one process under one seed. Checks the promises of PROTOCOL.md after every step. ' +
      'Stops at the first broken rule, and prints the shortest list of events that breaks it.',
  )
  .option('--seed <number>', 'the seed of the first run; the next run has the next one', wholeNumber(0), 1)
  .option('--runs <number>', 'how many runs', wholeNumber(1), 100)
  .option('--events <number>', 'events of one run', wholeNumber(1), EVENTS)
  .option(
    '--faults <list>',
    `the kinds of faults, with commas: ${FAULTS.join(', ')}, or none`,
    faultsIn,
    FAULTS,
  )
  .addOption(
    new Option(
      '--broker <name>',
      'the broker of all runs: memory (logs in memory behind a link with faults) or redis (the broker on Redis, on a model of Redis); ' +
        'by default each third seed has redis',
    ).choices(BROKERS),
  )
  .option('--only <list>', 'only these events of one run, by their numbers, to replay a failure', numbersIn)
  .option('--quick', 'stop at the first broken rule, and do not look for the shortest list of events', false)
  .option('--log', 'print the log of one run', false)
  .option(
    '--recording <files...>',
    'take the facts from a recording of a server (--record) in place of a seed; give the files of one recording, the oldest first',
  )
  .allowExcessArguments(false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program.parse();
const { seed, runs, events, faults, broker, only, log, quick, recording } = program.opts<Options>();

process.on('uncaughtException', (error) => {
  process.stdout.write(`seed ${uncaughtSeed}: an error escaped\n${error.stack ?? error}\n`);
  process.exit(1);
});
let uncaughtSeed = seed;

if (recording) process.exitCode = await simulateRecording(recording);
else if (only || log) {
  const plan = { seed, events, faults, broker, log: true, ...(only && { only }) };
  const result = await run(plan);
  if (log) process.stdout.write(`${result.log}\n`);
  if (result.violation) process.stdout.write(failureText({ plan, result }));
  else process.stdout.write(`seed ${seed}: no rule was broken in ${result.steps} steps\n`);
  process.exitCode = result.violation ? 1 : 0;
} else {
  let isInterrupted = false;
  process.once('SIGINT', () => {
    isInterrupted = true;
  });
  const startedAt = performance.now();
  let shownAt = startedAt;
  const result = await simulate({
    seed,
    runs,
    events,
    faults,
    broker,
    isQuick: quick,
    onRun(done) {
      uncaughtSeed = seed + done;
      const now = performance.now();
      if (now - shownAt > 2_000) {
        shownAt = now;
        process.stderr.write(`${done} of ${runs} runs, ${((now - startedAt) / 1_000).toFixed(0)} s\n`);
      }
      return !isInterrupted;
    },
  });
  if (isInterrupted) process.stdout.write('Interrupted.\n');
  process.stdout.write(summaryText(result, (performance.now() - startedAt) / 1_000, broker));
  if (result.failure) process.stdout.write(failureText(result.failure));
  process.exitCode = result.failure ? 1 : 0;
}

async function simulateRecording(names: readonly string[]): Promise<number> {
  try {
    const files = names.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
    const result = await runRecording(readRecording(files));
    if (log) process.stdout.write(`${result.log}\n`);
    process.stdout.write(recordingText(result));
    return result.violation ? 1 : 0;
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error;
    if (!isAbsent && !(error instanceof RecordingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}
