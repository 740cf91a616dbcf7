/** PROTOCOL.md has the current tables of reasons and request errors; `pnpm test packages/protocol/ -u` writes them. */
import { readFileSync } from 'node:fs';
import { reasons, requestErrors } from '@sallyport/protocol';
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

const ERRORS = /(<!-- request errors: .* -->\n)[\s\S]*(<!-- \/request errors -->)/;

it('has the table of request errors', async () => {
  const rows = Object.entries(requestErrors).map(
    ([code, { message, retry }]) => `| \`${code}\` | ${message} | ${retry} |`,
  );
  const table = ['| code | text | retry |', '|---|---|---|', ...rows, ''].join('\n');
  const written = readFileSync(file, 'utf8');
  expect(written).toMatch(ERRORS);
  await expect(written.replace(ERRORS, `$1${table}$2`)).toMatchFileSnapshot(file.pathname);
});
