/**
 * Bundles the two pages: `site/` and `live/` in, `dist/site/` and `dist/live/` out, each file beside itself gzipped. The second half of
 * `pnpm build`.
 *
 * The names of the script and the style contain a hash of their content, so a browser can cache them for ever.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const here = (/** @type {string} */ path) => new URL(path, import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(here(path), 'utf8');

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

/**
 * Removes comments and indentation.
 *
 * @param {string} text
 */
function withoutSpace(text) {
  return text.replace(/\/\*.*?\*\/\s*|<!--.*?-->\s*|^\s+/gms, '');
}

/**
 * @param {string} folder of the sources, and below `dist` of the bundle
 * @param {string} name of the script and the style
 * @param {readonly string[]} styles in this order: later rules win
 */
async function bundlePage(folder, name, styles) {
  const bundle = await rolldown({
    input: fileURLToPath(here(`${folder}/main.ts`)),
    tsconfig: false,
    platform: 'browser',
    transform: { target: 'es2022' },
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true, codeSplitting: false });
  await bundle.close();

  const out = here(`dist/${folder}/`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const script = output[0].code;
  const style = styles.map((path) => withoutSpace(read(`${path}.css`))).join('');
  const html = withoutSpace(read(`${folder}/index.html`))
    .replace(`${name}.js`, named(`${name}.js`, script))
    .replace(`${name}.css`, named(`${name}.css`, style));
  const files = {
    [`${name}.js`]: script,
    [`${name}.css`]: style,
    'icon.svg': read('site/icon.svg'),
    'index.html': html,
  };
  for (const [path, content] of Object.entries(files)) {
    writeFileSync(new URL(path, out), content);
    writeFileSync(new URL(`${path}.gz`, out), gzipSync(content, { level: 9 }));
  }
}

const shared = ['colours', 'base', 'header', 'fields'].map((name) => `site/styles/${name}`);
const own = ['conversation', 'channels', 'chart', 'frames', 'preferences'].map(
  (name) => `site/styles/${name}`,
);
await bundlePage('site', 'page', [...shared, ...own, 'site/styles/motion']);
await bundlePage('live', 'live', [...shared, 'site/styles/chart', 'live/styles/live', 'site/styles/motion']);
