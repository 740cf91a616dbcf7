/**
 * Bundles the page: `site/` in, `dist/site/` out, each file beside itself gzipped. The second half of `pnpm build`.
 *
 * The script and the style are served under names made of what is in them, so a browser may keep them for good.
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
 * The name under which it is served; `src/assets.ts` makes the same one. On disk it has its plain name, so that no build leaves
 * files behind that the next does not overwrite.
 *
 * @param {string} name
 * @param {string} content
 */
function named(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  return name.replace('.', `-${hash}.`);
}

/** What comes later wins. */
const styles = ['colours', 'base', 'header', 'fields', 'conversation', 'chart', 'frames', 'preferences'];

/**
 * Comments and indentation are for whoever reads the source.
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
