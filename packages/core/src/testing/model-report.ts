/** What `pnpm test:model` prints: the model's paths, and the golden table with what covers each of its cells. */
import { goldenTable, type Row } from './golden-table.ts';
import { modelPaths, stepsOf } from './model.ts';

const key = (state: string, fact: string, to: string) => [state, fact, to].join(' | ');

/**
 * A cell in which something happens is covered by the paths that take its fact from its state to where it leads; one in
 * which nothing happens, by the golden table alone, with the reason.
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
    `${rows.length} cells, of which something happens in ${rows.filter((row) => !row.isIgnored).length}`,
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
