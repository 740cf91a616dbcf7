/**
 * The table of docs/cost.md, made from `results.json`: the ratio of Sallyport to each hand-written server on its library.
 *
 * A figure that was not measured has a dash. Proven by: test/cost-table.test.ts, which writes the table with `-u`.
 */
import type { Results } from './results.ts';
import type { Ratio, Row } from './summary.ts';
import { grouped } from './words.ts';

interface Line {
  readonly title: string;
  readonly part: string;
  readonly figure: string;
  /** What the cell shows of a row. `byHand` is the row of the first control on the same library. */
  readonly cell: (ours: Row, byHand: Row | undefined) => string;
  /** The rows of Sallyport on each library. Default: those of sessions. */
  readonly ours?: readonly string[];
}

const OURS = ['Sallyport on ws', 'Sallyport on uWS'];
const OUR_CHANNELS = ['Sallyport channels on ws', 'Sallyport channels on uWS'];
const CONTROLS = ['ws by hand', 'uWS by hand'];

const lines: readonly Line[] = [
  echo('messages/s, 32 B, 16 in flight', 'echo, 32 B, 16 in flight'),
  echo('server CPU per message, 32 B, 16 in flight', 'server CPU, 32 B, 16 in flight'),
  echo('server CPU per message, 32 B, 1 in flight', 'server CPU, 32 B, 1 in flight'),
  echo('server CPU per message, 1 KiB, 16 in flight', 'server CPU, 1 KiB, 16 in flight'),
  echo('server CPU per message, 64 KiB, 16 in flight', 'server CPU, 64 KiB, 16 in flight'),
  {
    title: '99 of 100 echoes come within, at 20 000/s',
    part: 'latency',
    figure: 'latency p99, 20 000 messages/s',
    cell: ratiosOf,
  },
  {
    title: 'server CPU per connect + login, new process',
    part: 'login',
    figure: 'server CPU, connect + login',
    cell: ratiosOf,
  },
  {
    title: 'server CPU per connect + login, compiled code',
    part: 'login',
    figure: 'server CPU, connect + login, compiled code',
    cell: ratiosOf,
  },
  {
    title: 'memory of an idle session, 10 000 of them',
    part: 'idle',
    figure: 'memory per idle session, 10 000 sessions',
    cell: (ours) => `${(ours.value.median / 1_000).toFixed(1)} KB: ${ratiosOf(ours)}`,
  },
  {
    title: 'CPU per message beside a crowd of idle sessions ÷ beside 100',
    part: 'crowd',
    figure: 'server CPU per message, crowd ÷ few beside',
    cell: ({ value }, byHand) =>
      value.median.toFixed(2) + (byHand ? ` (by hand ${byHand.value.median.toFixed(2)})` : ''),
  },
  {
    title: '99 of 100 echoes come within, at 20 000/s, beside a crowd of idle sessions',
    part: 'crowd',
    figure: 'latency p99, 20 000 messages/s, 18 000 idle beside',
    cell: ratiosOf,
  },
  fanOut('1 000 subscribers, 1 a tick'),
  fanOut('1 000 subscribers, 10 a tick'),
  fanOut('10 000 subscribers, 1 a tick'),
  fanOut('10 000 subscribers, 10 a tick'),
];

function fanOut(load: string): Line {
  return {
    title: `server CPU per delivery of a publication, 100 B, ${load}`,
    part: 'fanout',
    figure: `server CPU per delivery, ${load}, 100 B`,
    cell: ratiosOf,
    ours: OUR_CHANNELS,
  };
}

function echo(title: string, figure: string): Line {
  return { title, part: 'echo', figure, cell: ratiosOf };
}

/** The table in Markdown, with a line for each figure. */
export function costTable({ parts }: Results): string {
  const rowsOf = ({ part, figure }: Line) =>
    parts[part]?.summaries.find((summary) => summary.figure.name === figure)?.rows ?? [];
  const cells = lines.map((line) => {
    const rows = rowsOf(line);
    const named = (name: string | undefined) => rows.find(({ contender }) => contender === name);
    return (line.ours ?? OURS).map((name, library) => {
      const ours = named(name);
      return ours === undefined ? '–' : line.cell(ours, named(CONTROLS[library]));
    });
  });
  return [
    '| ours ÷ by hand | `ws` | uWebSockets.js |',
    '| --- | --- | --- |',
    ...cells.map((row, index) => `| ${lines[index]?.title} | ${row.join(' | ')} |`),
    '',
  ].join('\n');
}

/** Every control, the fastest first, each on a line of its own. */
function ratiosOf({ ratios }: Row): string {
  return ratios.map(ratioOf).join('<br>');
}

function ratioOf({ median, low, high, against }: Ratio): string {
  const control =
    against.replace(/^(ws|uWS) by hand(, )?/, '') || (against.startsWith('ws') ? 'plain' : 'by hand');
  return `${inRatio(median)} × ${control} (${inRatio(low)}–${inRatio(high)})`;
}

const inRatio = (value: number) => (value >= 100 ? grouped(Math.round(value)) : value.toFixed(2));
