/** The output of `pnpm test:model`: the model's paths, and the golden table with the coverage of each cell. */
import { goldenTable, type Row } from './golden-table.ts';
import { modelPaths, stepsOf } from './model.ts';

const key = (state: string, fact: string, to: string) => [state, fact, to].join(' | ');

/**
 * Writes the report. Paths cover a cell with an effect; the golden table and its reason cover a cell without one.
 */
export function modelReport(): string {
  const paths = modelPaths();
  const taken = paths.flatMap((path, i) =>
    stepsOf(path.facts).map(({ from, fact, to }) => ({ cell: key(from, fact.type, to), path: i + 1 })),
  );
  const rows = goldenTable();
  const coverageOf = (row: Row): string => {
    if (row.isIgnored) return 'golden table';
    const through = taken.filter(({ cell }) => cell === key(row.state, row.fact.type, row.to));
    return `golden table, ${through.length} paths, first ${through[0]?.path}`;
  };
  const states = [...new Set(rows.map(({ state }) => state))];
  return [
    `${paths.length} paths`,
    ...paths.map(({ name }, i) => `${String(i + 1).padStart(5)}  ${name}`),
    '',
    `${rows.length} cells, ${rows.filter((row) => !row.isIgnored).length} with an effect`,
    ...states.flatMap((state) => [
      '',
      state,
      ...rows
        .filter((row) => row.state === state)
        .map((row) => `  ${row.name}\n      ${row.cell}\n      [${coverageOf(row)}]`),
    ]),
    '',
  ].join('\n');
}
