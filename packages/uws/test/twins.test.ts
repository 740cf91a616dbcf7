/** Files that both adapters have alike, because neither may import the other: they stay alike. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it.each(['clock.ts', 'fetch.ts', 'serve-error.ts', 'tls-files.ts'])('%s', (file) => {
  const [ours, theirs] = ['../src/', '../../ws/src/'].map((folder) =>
    readFileSync(new URL(folder + file, import.meta.url), 'utf8'),
  );
  expect(ours).toBe(theirs);
});
