/** The chart in docs/statechart.md is the machine's (`pnpm test:golden` writes it). */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { chart } from './chart.ts';

const file = new URL('../../../../docs/statechart.md', import.meta.url);
const BLOCK = /(<!-- chart: .* -->\n)[\s\S]*(<!-- \/chart -->)/;

it('docs/statechart.md shows the chart of the machine that runs', async () => {
  const written = readFileSync(file, 'utf8');
  expect(written).toMatch(BLOCK);
  const block = `\`\`\`mermaid\n${chart()}\n\`\`\`\n`;
  await expect(written.replace(BLOCK, `$1${block}$2`)).toMatchFileSnapshot(file.pathname);
});
