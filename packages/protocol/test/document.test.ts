/** PROTOCOL.md has the current table of reasons; `pnpm test packages/protocol/ -u` writes it. */
import { readFileSync } from 'node:fs';
import { reasons } from '@sallyport/protocol';
import { expect, it } from 'vitest';

const file = new URL('../../../PROTOCOL.md', import.meta.url);
const BLOCK = /(<!-- reasons: .* -->\n)[\s\S]*(<!-- \/reasons -->)/;

it('PROTOCOL.md has the table of reasons', async () => {
  const rows = Object.entries(reasons).map(
    ([name, { code, text, retry, notBeforeMs }]) =>
      `| \`${name}\` | ${code} | ${text} | ${retry}${notBeforeMs ? `, not before ${notBeforeMs / 1_000} s` : ''} |`,
  );
  const table = ['| reason | code | text | retry |', '|---|---|---|---|', ...rows, ''].join('\n');
  const written = readFileSync(file, 'utf8');
  expect(written).toMatch(BLOCK);
  await expect(written.replace(BLOCK, `$1${table}$2`)).toMatchFileSnapshot(file.pathname);
});
