/** The examples of the README, of the guide and of the packages' READMEs, as a reader would copy them. */
import { readdirSync, readFileSync } from 'node:fs';
import { manifestIn, textIn } from './tarball.ts';

export interface Example {
  /** `readme`, `guide`, or the package without its scope. */
  readonly folder: string;
  /** Such as `on-ws-1`, without an extension. Code that begins with a comment with a file name has that name. */
  readonly file: string;
  /**
   * How it is run: `program` to its end, `server` until a client has talked to it, `client` against a server, `suite` by vitest,
   * `attached` as a server that keeps the reader's app, `lines` as the body of one test.
   */
  readonly kind: 'program' | 'server' | 'client' | 'suite' | 'attached' | 'lines';
  readonly code: string;
  /** The lines that it prints, according to its comments. */
  readonly prints: readonly string[];
}

const root = new URL('../../', import.meta.url);
const guide = readdirSync(new URL('docs/guide/', root)).filter((name) => name.endsWith('.md'));

/** The pages with code for a reader's own app, with the folder and the file that their examples get. */
const pages = [
  { folder: 'readme', file: 'readme', text: read('README.md') },
  ...guide.map((name) => ({
    folder: 'guide',
    file: name.replace('.md', '').toLowerCase(),
    text: read(`docs/guide/${name}`),
  })),
];

/** Every TypeScript block of the README, of the guide, and of the READMEs that packages are published with. */
export function examples(tarballs: readonly string[]): Example[] {
  const published = tarballs.map((tarball) => ({
    folder: manifestIn(tarball).name.replace('@sallyport/', ''),
    file: 'example',
    text: readmeIn(tarball),
  }));
  return [...pages, ...published].flatMap(({ folder, file, text }) =>
    blocksOf(text, 'ts').map((code, index) => {
      const kind = kindOf(code);
      const own = /^\/\/ ([a-z-]+)\.ts\n/.exec(code)?.[1];
      const name = own ?? `${file}-${index + 1}${kind === 'suite' || kind === 'lines' ? '.test' : ''}`;
      return { folder, file: name, kind, code, prints: printsOf(code) };
    }),
  );
}

/** The packages that each line `npm install …` names, first of the README and the guide, then of the packages' READMEs. */
export function installLines(tarballs: readonly string[]): string[][] {
  return [...pages.map(({ text }) => text), ...tarballs.map(readmeIn)].flatMap(installLinesOf);
}

/** The packages that each install line of one text names, without options. */
export function installLinesOf(text: string): string[][] {
  const lines = blocksOf(text, 'sh').flatMap((block) => block.split('\n'));
  return lines
    .map((line) => /^npm install (.*?)( *#.*)?$/.exec(line)?.[1])
    .filter((what) => what !== undefined)
    .map((what) => what.split(' ').filter((word) => !word.startsWith('-')));
}

function kindOf(code: string): Example['kind'] {
  if (/\bdescribeAdapter\(/.test(code)) return 'suite';
  if (!/^import /m.test(code)) return 'lines';
  if (/\battach\(|\.App\(\)/.test(code)) return 'attached';
  if (/\b(serve|run)\b/.test(code)) return 'server';
  return /\bconnect\(/.test(code) ? 'client' : 'program';
}

function printsOf(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, line = '']) => line);
}

/** The README in a tarball; empty if it has none. */
export const readmeIn = (tarball: string) => textIn(tarball, 'README.md');

function blocksOf(text: string, language: 'sh' | 'ts'): string[] {
  const blocks = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(blocks)].map(([, code = '']) => code);
}

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}
