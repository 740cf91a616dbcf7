/**
 * Bundles the page: `site/` in, `dist/site/` out, each file beside itself gzipped. The second half of `pnpm build`.
 *
 * Scripts and styles are named for what is in them, so a browser may keep them for good; index.html names them.
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
 * @param {string} extension
 * @param {string} content
 */
function writeNamed(extension, content) {
  const name = `page-${createHash('sha256').update(content).digest('hex').slice(0, 10)}.${extension}`;
  write(name, content);
  return name;
}

/** What comes later wins. */
const styles = ['colours', 'ground', 'top', 'fields', 'conversation', 'chart', 'frames', 'wishes'];

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
const script = writeNamed('js', output[0].code);
const style = writeNamed('css', styles.map((name) => withoutSpace(read(`styles/${name}.css`))).join(''));
write('icon.svg', read('icon.svg'));
write('index.html', withoutSpace(read('index.html')).replace('page.js', script).replace('page.css', style));
