/** The size of what a browser downloads, bundled, minified and gzipped: the client and the protocol, and all with the steps of the table. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));

async function bundleOf(external: string[]): Promise<string> {
  const bundle = await rolldown({
    input: 'client',
    external,
    plugins: [
      {
        name: 'a program that connects',
        resolveId: (id) => (id === 'client' ? id : undefined),
        load: (id) => (id === 'client' ? `export { connect } from ${JSON.stringify(entry)};` : undefined),
      },
    ],
    resolve: { conditionNames: ['@sallyport/source', 'import', 'default'] },
    platform: 'browser',
    treeshake: true,
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  return output[0].code;
}

async function gzipBytes(external: string[]): Promise<number> {
  return gzipSync(await bundleOf(external), { level: 9 }).length;
}

it('the bundle of connect() is at most 16 KB gzipped, with 12 KB for client and protocol, and has no XState', async () => {
  const own = await gzipBytes(['@sallyport/compile', 'xstate']);
  const withoutXState = await gzipBytes(['xstate']);
  const all = await gzipBytes([]);
  console.log(`gzipped: ${own} bytes of client and protocol, ${all} with the table's steps`);
  expect(own).toBeLessThanOrEqual(12 * 1_024);
  expect(all).toBe(withoutXState);
  expect(all).toBeLessThanOrEqual(16 * 1_024);
});

it('the bundle of a client that uses no channels has no code of them', async () => {
  const code = await bundleOf([]);
  for (const word of ['presenceChanged', 'permissionEnded', 'alreadySubscribed', 'recovered'])
    expect(code).not.toContain(word);
});
