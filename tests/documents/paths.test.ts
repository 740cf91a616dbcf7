/** Every path that a document or a comment names exists, and so does every heading that a link names. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { missingPaths, readSources, readTree } from './named-paths.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const tree = readTree(root);
const sources = readSources(root, tree);
const readme = sources.filter(({ path }) => path === 'README.md');

it('every path and heading that documents and comments name exists', () => {
  expect(missingPaths(tree, sources)).toEqual([]);
});

it.each([
  ['a link to a file', 'docs/a.md', '[there](gone.md)', 'gone.md'],
  ['a link to a heading', 'docs/a.md', '[there](../README.md#gone)', '../README.md#gone'],
  ['a path from the root', 'docs/a.md', 'see `packages/core/src/gone.ts`', 'packages/core/src/gone.ts'],
  ['a proof', 'packages/core/src/a.ts', '/** Proven by: test/gone.test.ts. */', 'test/gone.test.ts'],
  ['a file by its name', 'packages/core/src/a.ts', '// says `gone.ts`', 'gone.ts'],
])('a missing path is found: %s', (_what, path, text, missing) => {
  expect(missingPaths(tree, [...readme, { path, text }])).toEqual([`${path}: ${missing}`]);
});

it('existing paths, code and web addresses are not reported', () => {
  const text = `\`packages/core/src/machine/machine.ts\`, \`machine.ts\`, [here](../README.md#try-it), https://a.example/b/c.ts,
\`packages/*/src\`, [the root](..)`;
  expect(missingPaths(tree, [...readme, { path: 'docs/a.md', text }])).toEqual([]);
  const code = { path: 'packages/core/src/a.ts', text: "import { x } from './gone.ts';" };
  expect(missingPaths(tree, [code])).toEqual([]);
});
