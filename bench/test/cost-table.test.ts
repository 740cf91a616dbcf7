/** docs/cost.md has the table of bench/results.json; `-u` writes it (`npx vitest run bench/test/cost-table.test.ts -u`). */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { costTable } from '../src/cost-table.ts';
import type { Results } from '../src/results.ts';
import type { Row } from '../src/summary.ts';

const file = new URL('../../docs/cost.md', import.meta.url);
const BLOCK = /(<!-- cost: .* -->\n)[\s\S]*(<!-- \/cost -->)/;

it('docs/cost.md has the table of the last results of the bench', async () => {
  const results = JSON.parse(readFileSync(new URL('../results.json', import.meta.url), 'utf8')) as Results;
  const written = readFileSync(file, 'utf8');
  expect(written).toMatch(BLOCK);
  const replaced = written.replace(
    BLOCK,
    (_, begin: string, end: string) => `${begin}\n${costTable(results)}\n${end}`,
  );
  await expect(replaced).toMatchFileSnapshot(file.pathname);
});

it('the table has every control that a figure was compared with, and a dash for what was not measured', () => {
  const spread = (median: number) => ({ median, low: median - 0.1, high: median + 0.1 });
  const rowOf = (contender: string, median: number, ...against: readonly string[]): Row => ({
    contender,
    values: [median],
    value: spread(median),
    ratios: against.map((control, index) => ({ against: control, ...spread(1 + index) })),
  });
  const summary = (name: string, rows: readonly Row[]) => ({
    figure: { name, unit: '×', better: 'less' as const },
    rows,
  });
  const part = (summaries: ReturnType<typeof summary>[]) =>
    ({ summaries }) as unknown as Results['parts'][string];
  const table = costTable({
    version: 1,
    parts: {
      login: part([
        summary('server CPU, connect + login', [
          rowOf('Sallyport on ws', 200, 'ws by hand, joined frames', 'ws by hand, corked', 'ws by hand'),
          rowOf('Sallyport on uWS', 80, 'uWS by hand, with TextDecoder', 'uWS by hand'),
        ]),
      ]),
      fanout: part([
        summary('server CPU per delivery, 1 000 subscribers, 10 a tick, 100 B', [
          rowOf('Sallyport channels on ws', 2, 'ws by hand, one frame for all'),
          rowOf('Sallyport channels on uWS', 1, 'uWS by hand, native publish'),
        ]),
      ]),
      crowd: part([
        summary('server CPU per message, crowd ÷ few beside', [
          rowOf('uWS by hand', 1.02),
          rowOf('Sallyport on uWS', 1.18),
        ]),
      ]),
    },
  });
  expect(table).toContain(
    '| server CPU per connect + login, new process | 1.00 × joined frames (0.90–1.10)<br>2.00 × corked (1.90–2.10)<br>3.00 × plain (2.90–3.10) | ' +
      '1.00 × with TextDecoder (0.90–1.10)<br>2.00 × by hand (1.90–2.10) |\n',
  );
  expect(table).toContain(
    '1 000 subscribers, 10 a tick | 1.00 × one frame for all (0.90–1.10) | 1.00 × native publish (0.90–1.10) |\n',
  );
  expect(table).toContain('| server CPU per connect + login, compiled code | – | – |\n');
  expect(table).toContain('÷ beside 100 | – | 1.18 (by hand 1.02) |\n');
  expect(table).toContain('| 99 of 100 echoes come within, at 20 000/s | – | – |\n');
});
