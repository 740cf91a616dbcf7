/** The page for adapters' authors: every duty that it names is a story, every story is on it, and so are the reasons. */
import { readFileSync } from 'node:fs';
import { inMemory, storiesOf, webSocket } from '@sallyport/conformance';
import { expect, it } from 'vitest';
import { pathSections } from '../src/kit/stories-of.ts';
import { watched } from '../src/kit/watched.ts';
import './skeleton.ts';

const file = new URL('../../../docs/writing-an-adapter.md', import.meta.url);
const page = readFileSync(file, 'utf8');
const BLOCK = /(<!-- impossible: .* -->\n)[\s\S]*(<!-- \/impossible -->)/;

const stories = storiesOf(inMemory, { ...webSocket, waitsForClose: false });
const duties = [
  ...stories.filter(({ section }) => !pathSections.includes(section)).map(({ name }) => name),
  ...Object.values(watched),
];
/** One stands for all of its kind. */
const representative = (duty: string) =>
  duty
    .replace(/(a message of|shared data of) \d+ bytes/, '$1 125 bytes')
    .replace(/^closes with .*/, 'closes with 4401, attemptsUsedUp')
    .replace(/^calls closed once: (?!the client closes)/, '… ');

it('docs/writing-an-adapter.md names every duty, and no other', () => {
  // A duty's paragraph ends in a dash and the names.
  const lists = [...page.matchAll(/\n +— ([\s\S]*?)(?=\n(?:\n|\d))/g)].map(([, list = '']) => list);
  const named = lists.flatMap((list) => [...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  const known = new Set(duties.map(representative));
  // Watched in every story, and told in several by longer names.
  known.delete(watched.closedOnce);
  known.delete(watched.nothingAfter);
  expect(new Set(named)).toEqual(known);
});

it('docs/writing-an-adapter.md shows the skeleton that compiles', () => {
  const source = readFileSync(new URL('./skeleton.ts', import.meta.url), 'utf8');
  const [, shown] = source.split('// --- on the page\n\n');
  expect(page).toContain(`\`\`\`ts\n${shown}\`\`\``);
});

it('docs/writing-an-adapter.md says why some paths are not driven', async () => {
  const rows = stories
    .filter(({ section, skipped }) => section === 'paths' && skipped)
    .map(({ name, skipped }) => `| ${skipped} | ${name.replace(/^.*such as /, '')} |`);
  const block = ['| reason | such as |', '|---|---|', ...rows, ''].join('\n');
  expect(page).toMatch(BLOCK);
  await expect(page.replace(BLOCK, `$1${block}$2`)).toMatchFileSnapshot(file.pathname);
});
