/** Each of the 30 known traps of the two libraries has a test whose title begins with its number. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('every trap of the two libraries has a test', () => {
  const folder = new URL('..', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  );
  const sources = files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('');
  const numbers = new Set(
    [...sources.matchAll(/['`](?:[AE]\d+, )*T(\d+): /g)].map(([, number]) => Number(number)),
  );
  expect([...numbers].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
});
