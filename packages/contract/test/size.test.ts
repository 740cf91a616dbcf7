/** What the contract adds to the download of a browser: bundled, minified and gzipped, without the library of schemas. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));

async function gzipBytes(names: string): Promise<{ bytes: number; code: string }> {
  const bundle = await rolldown({
    input: 'program',
    plugins: [
      {
        name: 'a program with a contract',
        resolveId: (id) => (id === 'program' ? id : undefined),
        load: (id) => (id === 'program' ? `export { ${names} } from ${JSON.stringify(entry)};` : undefined),
      },
    ],
    resolve: { conditionNames: ['@sallyport/source', 'import', 'default'] },
    platform: 'browser',
    treeshake: true,
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  const { code } = output[0];
  return { bytes: gzipSync(code, { level: 9 }).length, code };
}

it('the client of a contract is at most 2.9 KB gzipped, without the end of the server', async () => {
  const { bytes, code } = await gzipBytes('defineContract, contractClient');
  console.log(`gzipped: ${bytes} bytes of defineContract and contractClient`);
  expect(code).not.toContain('methodNotFound');
  expect(bytes).toBeLessThanOrEqual(2.9 * 1_024);
});
