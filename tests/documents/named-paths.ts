/**
 * The paths that documents and comments name, and those among them that do not exist.
 *
 * A path in a Markdown link is relative to its file. A path that begins with a folder of the root (`docs/…`) is relative to the
 * root. One that begins with `src/` or `test/` is relative to the package that names it, or in a document to any package. Any other
 * name of a TypeScript or Markdown file (`machine.ts`) must be the end of an existing path.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';

interface Source {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Files and folders, without those that are installed or built. */
interface Tree {
  readonly files: readonly string[];
  readonly paths: ReadonlySet<string>;
}

/** The last kind is a temporary folder of a test that runs at the same time. */
const BUILT = /^(node_modules|dist|coverage|api|\.git|\.turbo|\.stryker|\..*-.{6})$/;
/** The test of this module, which names paths that do not exist. */
const OWN_TEST = 'tests/documents/paths.test.ts';
const KINDS = ['.ts', '.js', '.md', '.yml'];

export function readTree(root: string): Tree {
  const files = filesBelow(root, '');
  const folders = files.flatMap((file) => file.split('/').map((_, i, all) => all.slice(0, i).join('/')));
  return { files, paths: new Set([...files, ...folders.flatMap((folder) => [folder, `${folder}/`]), '.']) };
}

/** The text of all documents and sources. */
export function readSources(root: string, { files }: Tree): Source[] {
  return files
    .filter((path) => KINDS.includes(extname(path)) || path === '.ci/run')
    .filter((path) => path !== OWN_TEST)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Each missing path as `file: path`, sorted. `sources` are all files in which a path may be named. */
export function missingPaths({ files, paths }: Tree, sources: readonly Source[]): string[] {
  const exists = (path: string) => paths.has(path);
  const isEnd = (path: string) => files.some((file) => file === path || file.endsWith(`/${path}`));
  const missing = sources.flatMap((source) => {
    const isDocument = source.path.endsWith('.md');
    const text = isDocument ? source.text : commentsOf(source);
    const packageFolder = packageOf(source.path, exists);
    const links = isDocument ? linksOf(source.text) : [];
    const isMissing = (path: string) => {
      if (FROM_ROOT.test(path)) return !exists(path);
      if (!/^(src|test)\//.test(path)) return !isEnd(path);
      return packageFolder ? !exists(join(packageFolder, path)) : !isEnd(path);
    };
    return [
      ...links.filter((link) => !leadsSomewhere(source, link, sources, exists)),
      ...namesIn(text).filter(isMissing),
    ].map((path) => `${source.path}: ${path}`);
  });
  return [...new Set(missing)].toSorted();
}

const FROM_ROOT = /^(packages|docs|tests|examples|bench|scripts|\.ci|\.changeset|\.github)\//;
const NAMED =
  /(?<![\w./@:*{}…$~-])(?:(?:\.?[\w-]+\/)+[\w.-]*[\w-]+\.(?:ts|js|md|json|html|py|svg|png)|[\w.-]*[\w-]+\.(?:ts|md)|(?:packages|docs|tests|examples|bench|scripts)\/(?:[\w-]+\/)*[\w-]*)(?![\w*{}…$<>-])/g;

/** Names of files of others, of generated files and of examples, which are not in the repository. */
const FOREIGN =
  /(^|\/)(node_modules|dist|api|\.stryker)(\/|$)|(^|\/)uWebSockets\.js$|^(doc\/ws\.md|machine-functions\.ts|\w+\.d\.ts)$/;

function namesIn(text: string): string[] {
  const prose = text.replace(/\[[^\]]*\]\([^)]*\)/g, '').replace(/https?:\/\/\S+/g, '');
  return [...prose.matchAll(NAMED)].map(([name]) => name).filter((name) => !FOREIGN.test(name));
}

function linksOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g), ...prose.matchAll(/ src="([^"]+)"/g)];
  return links.map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(
  { path, text }: Source,
  link: string,
  sources: readonly Source[],
  exists: (path: string) => boolean,
): boolean {
  const [target = '', anchor] = link.split('#');
  const file = target === '' ? path : normalize(join(dirname(path), target));
  if (!exists(file)) return false;
  if (anchor === undefined) return true;
  const document = target === '' ? text : sources.find((one) => one.path === file)?.text;
  return document === undefined || anchorsOf(document).includes(anchor);
}

/** The anchors that GitHub makes of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function commentsOf({ path, text }: Source): string {
  const comments = /\.(ts|js)$/.test(path) ? /\/\*[\s\S]*?\*\/|(?<![:'"`\\/])\/\/(?!\/).*$/gm : /^\s*#.*$/gm;
  return [...text.matchAll(comments)].map(([comment]) => comment).join('\n');
}

/** The folder of the package that a file belongs to; undefined if that is the whole workspace. */
function packageOf(path: string, exists: (path: string) => boolean): string | undefined {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder))
    if (exists(join(folder, 'package.json'))) return folder;
  return undefined;
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (BUILT.test(entry.name)) return [];
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}
