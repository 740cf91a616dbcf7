/**
 * Bundles the binaries of the package in the working directory: `src/bin` in, `dist/bin` out. The second half of its build.
 *
 * A binary starts in half the time if Node loads five files instead of two hundred. The arguments name the packages that stay
 * outside of the bundle. `dist/bundled-notices.txt` has the licences of the packages inside of it. The exports of the package are not
 * bundled.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

for (const file of existsSync('dist') ? readdirSync('dist') : [])
  if (file.startsWith('bundled-')) rmSync(join('dist', file));

const outside = new Set(process.argv.slice(2));
const binaries = readdirSync('src/bin').filter((file) => file.endsWith('.ts'));

const bundle = await rolldown({
  input: Object.fromEntries(binaries.map((file) => [file.replace(/\.ts$/, ''), resolve('src/bin', file)])),
  tsconfig: false,
  platform: 'node',
  external: (id) => id.startsWith('node:') || outside.has(packageOf(id)),
  transform: { target: 'es2022' },
});
const { output } = await bundle.write({
  dir: 'dist',
  format: 'esm',
  entryFileNames: 'bin/[name].js',
  // Directly in dist, like the compiled files: some find a file of their package from where they are.
  chunkFileNames: 'bundled-[name].js',
  // What every start needs is one file. What only some need stays apart.
  codeSplitting: {
    groups: [{ name: 'program', tags: ['$initial'], test: (id) => !id.includes('/src/bin/') }],
  },
});
await bundle.close();

const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
const foreign = new Set(modules.filter((id) => id.includes('/node_modules/')).map(folderOf));
// pnpm adds our own LICENSE only where no file has that word in its name.
writeFileSync('dist/bundled-notices.txt', [...foreign].sort().map(licenceOf).join('\n'));

/** @param {string} id */
function packageOf(id) {
  return id
    .split('/')
    .slice(0, id.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * The folder of the package that this module belongs to.
 *
 * @param {string} id
 */
function folderOf(id) {
  const start = id.lastIndexOf('/node_modules/') + '/node_modules/'.length;
  return id.slice(0, start) + packageOf(id.slice(start));
}

/** @param {string} folder */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e(\.(md|txt))?$/i.test(one));
  if (!file) throw new Error(`${name} in ${dirname(folder)} has no licence file`);
  return `${name} ${version}, ${license}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
