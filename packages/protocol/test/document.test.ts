/** PROTOCOL.md has the current tables of reasons and errors; `pnpm test packages/protocol/ -u` writes them. */
import { readFileSync } from 'node:fs';
import { channelErrors, reasons, requestErrors, unsubscribeReasons } from '@sallyport/protocol';
import { expect, it } from 'vitest';

const file = new URL('../../../PROTOCOL.md', import.meta.url);

const reasonTable = [
  '| reason | code | text | retry |',
  '|---|---|---|---|',
  ...Object.entries(reasons).map(
    ([name, { code, text, retry, notBeforeMs }]) =>
      `| \`${name}\` | ${code} | ${text} | ${retry}${notBeforeMs ? `, not before ${notBeforeMs / 1_000} s` : ''} |`,
  ),
];

/** A table of codes, each with a text and an advice. */
const tableOf = (
  name: string,
  rows: Readonly<Record<string, { readonly message: string; readonly retry: string }>>,
) => [
  `| ${name} | text | retry |`,
  '|---|---|---|',
  ...Object.entries(rows).map(([code, { message, retry }]) => `| \`${code}\` | ${message} | ${retry} |`),
];

const tables: Readonly<Record<string, readonly string[]>> = {
  reasons: reasonTable,
  'request errors': tableOf('code', requestErrors),
  'unsubscribe reasons': tableOf('reason', unsubscribeReasons),
  'channel errors': tableOf('code', channelErrors),
};

// One test writes all tables: of several, each would write the file without the tables of the others.
it('PROTOCOL.md has the tables of reasons and errors', async () => {
  let text = readFileSync(file, 'utf8');
  for (const [name, lines] of Object.entries(tables)) {
    const block = new RegExp(`(<!-- ${name}: .* -->\n)[\\s\\S]*(<!-- /${name} -->)`);
    expect(text).toMatch(block);
    text = text.replace(block, `$1${lines.join('\n')}\n$2`);
  }
  await expect(text).toMatchFileSnapshot(file.pathname);
});
