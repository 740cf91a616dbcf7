/**
 * The command `pnpm campaign`. Progress on standard error, the report on standard output. Exit code 0: no rule was broken, 1: one was, 2:
 * wrong arguments.
 *
 * Proven by: test/campaign-rules.test.ts.
 */
import { Command, InvalidArgumentError } from 'commander';
import { hasRedis } from '../redis-server.ts';
import { runCampaign } from './campaign.ts';
import { reportText } from './report.ts';

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly rate: number;
}

function numberUpTo(most: number, isWhole: boolean) {
  return (text: string): number => {
    const value = Number(text);
    const isOne = isWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
    if (text.trim() === '' || !isOne || value < 0 || value > most)
      throw new InvalidArgumentError(
        `Give a ${isWhole ? 'whole ' : ''}number from 0 to ${most}, such as ${isWhole ? 7 : 0.5}.`,
      );
    return value;
  };
}

const program = new Command('campaign')
  .description(
    'Clients publish and read on two servers over one Redis, while servers, workers and Redis are killed and stopped, connections are cut, and ' +
      'workers are replaced. Checks what the clients saw: order, no duplicate, and nothing lost without a word. Needs redis-server in PATH.',
  )
  .option('--minutes <number>', 'how long; the last round is finished', numberUpTo(600, false), 5)
  .option('--seed <number>', 'chooses the faults and their lengths', numberUpTo(1e9, true), Date.now() % 1e6)
  .option('--rate <number>', 'publications in a second, at most', numberUpTo(5_000, true), 500)
  .allowExcessArguments(false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program.parse();
const { minutes, seed, rate } = program.opts<Options>();

if (!hasRedis) process.exit(2);
const endsAt = performance.now() + minutes * 60_000;
let isInterrupted = false;
process.once('SIGINT', () => {
  isInterrupted = true;
  process.stderr.write('The campaign ends after this round. Ctrl-C again ends it at once.\n');
  process.once('SIGINT', () => process.exit(130));
});
const result = await runCampaign({
  seed,
  goesOn: (round) => !isInterrupted && (round === 1 || performance.now() < endsAt),
  faults: 4,
  longestMs: 7_000,
  publications: 200,
  mostRate: Math.max(1, rate),
  settleMs: 120_000,
  quietMs: 2_000,
  size: { channels: 12, readers: 16, channelsEach: 6, publishers: 6 },
  progress: (text) => process.stderr.write(`${text}\n`),
});
process.stdout.write(reportText(result, seed));
process.exitCode = result.findings.broken === 0 ? 0 : 1;
