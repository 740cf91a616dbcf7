/** The size of what a browser downloads, bundled, minified and gzipped: the client and the protocol, and all with the steps of the table. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));

/** The bundle of a program that imports these names of the client. */
async function bundleOf(external: string[], names = 'connect'): Promise<string> {
  const bundle = await rolldown({
    input: 'client',
    external,
    plugins: [
      {
        name: 'a program that connects',
        resolveId: (id) => (id === 'client' ? id : undefined),
        load: (id) => (id === 'client' ? `export { ${names} } from ${JSON.stringify(entry)};` : undefined),
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

/** The bytes of a program that imports these names of the client. */
async function gzipBytes(external: string[], names?: string): Promise<number> {
  return gzipSync(await bundleOf(external, names), { level: 9 }).length;
}

it('the bundle of connect() is at most 15 KB gzipped, with 11 KB for client and protocol, and has no XState', async () => {
  const own = await gzipBytes(['@sallyport/compile', 'xstate']);
  const withoutXState = await gzipBytes(['xstate']);
  const all = await gzipBytes([]);
  console.log(`gzipped: ${own} bytes of client and protocol, ${all} with the table's steps`);
  expect(own).toBeLessThanOrEqual(11 * 1_024);
  expect(all).toBe(withoutXState);
  expect(all).toBeLessThanOrEqual(15 * 1_024);
});

it('a program without requests does not load them, and they take at most 1.5 KB where it does', async () => {
  const without = await gzipBytes([]);
  const withRequests = await gzipBytes([], 'connect, requests');
  expect(withRequests - without).toBeGreaterThan(900);
  expect(withRequests - without).toBeLessThanOrEqual(1_536);
});

it('a program without channels does not load them, and they take at most 5.6 KB where it does', async () => {
  const without = await gzipBytes([]);
  const withChannels = await gzipBytes([], 'connect, channels');
  console.log(`gzipped: channels take ${withChannels - without} bytes`);
  expect(withChannels - without).toBeGreaterThan(2_000);
  expect(withChannels - without).toBeLessThanOrEqual(5.6 * 1_024);
  const code = await bundleOf([]);
  for (const word of ['presenceChanged', 'permissionEnded', 'alreadySubscribed', 'recovered', 'catchUp'])
    expect(code).not.toContain(word);
});
