/** What a browser downloads: a program that imports `connect` from the client, bundled, minified, gzipped. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Figure, Sample } from '../sample.ts';
import { nameOf, type Sides } from './sides.ts';

const clientSize: Figure = { name: 'client bundle, gzipped', unit: 'B', better: 'less' };

/** One sample for each side: a size has no noise. Throws if a client has no `connect`. */
export async function clientSizes(sides: Sides): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (const { name, root } of sides) {
    const value = await gzipBytes(clientOf(root));
    samples.push({ figure: clientSize, contender: nameOf('client', name), round: 0, value });
  }
  return samples;
}

const PROGRAM = 'program';

export const clientOf = (root: string): string => join(root, 'packages', 'client', 'dist', 'index.js');

async function gzipBytes(entry: string): Promise<number> {
  // The bundler is loaded only where it is used: it doubles the time of a start.
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: PROGRAM,
    plugins: [
      {
        name: 'a program that connects',
        resolveId: (id) => (id === PROGRAM ? id : undefined),
        load: (id) => (id === PROGRAM ? `export { connect } from ${JSON.stringify(entry)};` : undefined),
      },
    ],
    platform: 'browser',
    treeshake: true,
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  return gzipSync(output[0].code, { level: 9 }).length;
}
