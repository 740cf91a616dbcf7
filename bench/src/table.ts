/** The summaries as a table on the terminal. */
import type { Ratio, Row, Summary } from './summary.ts';
import { grouped } from './words.ts';

export function tableOf({ figure, rows }: Summary): string {
  const cells = rows.map((row) => [row.contender, figureOf(row), ...row.ratios.map(ratioOf)]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map(
    ([name = '', value = '', ...ratios]) =>
      `  ${name.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${ratios.join('   ')}`,
  );
  return [`${figure.name} (${figure.unit})`, ...lines.map((line) => line.trimEnd()), ''].join('\n');
}

const figureOf = ({ value }: Row) => inWords(value.median);

const ratioOf = ({ median, low, high, against }: Ratio) =>
  `${median.toFixed(2)} × ${against} (${low.toFixed(2)}–${high.toFixed(2)})`;

/** Three significant digits, or all digits of a large number. */
export const inWords = (value: number) =>
  Math.abs(value) >= 100 ? grouped(Math.round(value)) : value.toPrecision(3);
