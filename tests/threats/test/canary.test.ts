/** No committed file that tests write contains the secret that the tests sign in with. */
import { readdirSync, readFileSync } from 'node:fs';
import { canary } from '@sallyport/core/testing/canary';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);

it('no document and no golden file contains the canary', () => {
  const written = ['docs', 'tests/transport-quirks/golden', 'tests/interop', 'bench/plots', ''].flatMap(
    (folder) => filesIn(folder),
  );
  expect(written.length).toBeGreaterThan(10);
  for (const file of written)
    expect(canary.isIn(readFileSync(new URL(file, root), 'utf8')), file).toBe(false);
});

it('the canary is found in plain text and in Base64, at every offset', () => {
  for (const secret of [canary.password, canary.token])
    for (const before of ['', 'a', 'ab', 'abc'])
      for (const encoding of ['utf8', 'base64', 'base64url'] as const)
        expect(canary.isIn(Buffer.from(`${before}${secret}`).toString(encoding))).toBe(true);
  expect(canary.isIn('a canary')).toBe(false);
});

/** The files of a folder, if it exists; of the root only those directly in it. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(new URL(`${folder}/`.replace(/^\/$/, ''), root), {
      recursive: folder !== '',
      encoding: 'utf8',
    })
      .filter((name) => /\.(md|json|csv|txt)$/.test(name))
      .map((name) => (folder ? `${folder}/${name}` : name));
  } catch {
    return [];
  }
}
