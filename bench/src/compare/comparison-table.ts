/** The comparison as a table on the terminal. */
import { inWords } from '../table.ts';
import { type Comparison, medianOf } from './comparison.ts';

const HEAD = ['', 'figure', 'unit', 'this', 'that', 'ratio', 'lowest–highest'];
/** Numbers stand to the right. */
const NUMBERS = new Set([3, 4, 5]);

/** Costs only, so that one sentence explains every ratio. The rates say the same the other way round. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const costs = comparisons.filter(({ figure }) => figure.better === 'less');
  const cells = [HEAD, ...costs.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return NUMBERS.has(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rowOf({ subject, figure, ratio, ...samples }: Comparison): readonly string[] {
  return [
    subject,
    figure.name,
    figure.unit,
    inWords(medianOf(samples.this)),
    inWords(medianOf(samples.that)),
    ratio.median.toFixed(3),
    `${ratio.low.toFixed(3)}–${ratio.high.toFixed(3)}`,
  ];
}
