/** What the command prints: the summary of all runs, and a failure with the way to replay it. Proven by: test/command.test.ts. */
import { FAULTS } from './actions.ts';
import type { RecordedRunResult } from './recorded-run.ts';
import { EVENTS } from './run.ts';
import { type Failure, neverReached, type SimulationResult } from './simulate.ts';
import type { BrokerKind } from './world.ts';

/** The last lines of the log that a failure shows. */
const LOG_LINES = 15;
const LINE_LENGTH = 200;

export function summaryText(result: SimulationResult, seconds: number, broker?: BrokerKind): string {
  const { runs, steps, cells } = result;
  const perSecond = Math.round(steps / Math.max(seconds, 0.001));
  const { counters, cells: missing } = neverReached(result, broker);
  const lines = [
    `${runs} runs, ${steps} steps in ${seconds.toFixed(1)} s (${perSecond} steps a second)`,
    `${cells.size} cells of the four machines were reached`,
  ];
  if (counters.length > 0) lines.push(`Never happened (${counters.length}): ${counters.join(', ')}`);
  if (missing.length > 0)
    lines.push(`Cells never reached (${missing.length}):`, ...missing.map((cell) => `  ${cell}`));
  return `${lines.join('\n')}\n`;
}

export function failureText({ plan, result }: Failure): string {
  const { seed, events = EVENTS, faults = FAULTS, broker } = plan;
  const { violation, happened, log } = result;
  if (!violation) return '';
  const only = happened.map(({ index }) => index);
  const options = [
    `--seed ${seed}`,
    ...(events === EVENTS ? [] : [`--events ${events}`]),
    ...(faults.length === FAULTS.length ? [] : [`--faults ${faults.join(',') || 'none'}`]),
    ...(broker ? [`--broker ${broker}`] : []),
    ...(only.length > 0 ? [`--only ${only.join(',')}`] : []),
  ];
  return [
    '',
    `BROKEN: ${violation.rule}`,
    `seed ${seed}, at ${violation.atMs} ms: ${violation.message}`,
    '',
    `The shortest list of events that breaks it (${happened.length}):`,
    ...happened.map(({ index, atMs, what }) => `  ${index} at ${atMs} ms: ${what}`),
    '',
    'The end of its log:',
    ...log
      .split('\n')
      .slice(-LOG_LINES)
      .map((line) => `  ${line.slice(0, LINE_LENGTH)}`),
    '',
    `Replay it: pnpm simulate ${options.join(' ')} --log`,
    '',
  ].join('\n');
}

/** What came of a recording, with the last lines of the log if a rule was broken. */
export function recordingText({ sessions, steps, violation, log }: RecordedRunResult): string {
  if (!violation) return `${sessions} recorded sessions, ${steps} steps: no rule was broken\n`;
  const { rule, message, atMs } = violation;
  const lines = log.split('\n');
  const broken = lines.findIndex((line) => line.includes('BROKEN'));
  return [
    `BROKEN: ${rule}`,
    `at ${atMs} ms: ${message}`,
    '',
    ...lines.slice(Math.max(0, broken - LOG_LINES), broken + 1),
    '',
  ].join('\n');
}
