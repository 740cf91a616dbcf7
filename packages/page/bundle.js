/**
 * Bundles the page: `site/` in, `dist/site/` out, each file beside itself gzipped. The second half of `pnpm build`.
 *
 * The names of the script and the style contain a hash of their content, so a browser can cache them for ever.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const here = (/** @type {string} */ path) => new URL(path, import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(here(`site/${path}`), 'utf8');

/**
 * @param {string} name
 * @param {string} content
 */
function write(name, content) {
  writeFileSync(here(`dist/site/${name}`), content);
  writeFileSync(here(`dist/site/${name}.gz`), gzipSync(content, { level: 9 }));
}

/**
 * The name in the URL; `src/assets.ts` computes the same name. On disk the file has its plain name, so that each build
 * overwrites the files of the one before.
 *
 * @param {string} name
 * @param {string} content
 */
function named(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  return name.replace('.', `-${hash}.`);
}

/** In this order: later rules win. */
const styles = [
  'colours',
  'base',
  'header',
  'fields',
  'conversation',
  'channels',
  'chart',
  'frames',
  'preferences',
];

/**
 * Removes comments and indentation.
 *
 * @param {string} text
 */
function withoutSpace(text) {
  return text.replace(/\/\*.*?\*\/\s*|<!--.*?-->\s*|^\s+/gms, '');
}

const bundle = await rolldown({
  input: fileURLToPath(here('site/main.ts')),
  tsconfig: false,
  platform: 'browser',
  transform: { target: 'es2022' },
});
const { output } = await bundle.generate({ format: 'esm', minify: true, codeSplitting: false });
await bundle.close();

rmSync(here('dist/site'), { recursive: true, force: true });
mkdirSync(here('dist/site'), { recursive: true });
const script = output[0].code;
const style = styles.map((name) => withoutSpace(read(`styles/${name}.css`))).join('');
const html = withoutSpace(read('index.html'))
  .replace('page.js', named('page.js', script))
  .replace('page.css', named('page.css', style));
write('page.js', script);
write('page.css', style);
write('icon.svg', read('icon.svg'));
write('index.html', html);
