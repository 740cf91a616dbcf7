/** READMEs, as somebody would copy out of them: this repository's, and those that the packages are published with. */
import { readFileSync } from 'node:fs';
import { manifestIn, textIn } from './tarball.ts';

export interface Examples {
  /** The gate in an app on `ws`, and on uWebSockets.js. */
  readonly onWs: string;
  readonly onUws: string;
  /** The lines of a test; what stands around them is the reader's. */
  readonly test: string;
}

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** Throws if the README has a block of TypeScript that is none of them: it would be shown and never run. */
export function readExamples(): Examples {
  const blocks = blocksOf(readme, 'ts');
  const take = (what: RegExp) => {
    const index = blocks.findIndex((code) => what.test(code));
    const [code] = index < 0 ? [] : blocks.splice(index, 1);
    if (code === undefined) throw new Error(`README.md has no block of TypeScript with ${what}`);
    return code;
  };
  const examples = {
    onWs: take(/from '@sallyport\/ws'/),
    onUws: take(/from '@sallyport\/uws'/),
    test: take(/new SimulatedClock\(/),
  };
  if (blocks.length > 0) throw new Error(`README.md has an example that is not run here:\n${blocks[0]}`);
  return examples;
}

/** What each line `npm install …` names, of this repository's README and then of the packages' own. */
export function installLines(tarballs: readonly string[]): string[][] {
  return [readme, ...tarballs.map(readmeIn)].flatMap(installLinesOf);
}

/** Of one README: what each line names, without options. */
export function installLinesOf(text: string): string[][] {
  const lines = blocksOf(text, 'sh').flatMap((block) => block.split('\n'));
  return lines
    .map((line) => /^npm install (.*?)( *#.*)?$/.exec(line)?.[1])
    .filter((what) => what !== undefined)
    .map((what) => what.split(' ').filter((word) => !word.startsWith('-')));
}

export interface PackageExample {
  /** The package without its scope. */
  readonly folder: string;
  /** Such as `example-1`, without an extension. */
  readonly file: string;
  /** How it is run: to its end, as a server, against one, or by vitest. */
  readonly kind: 'program' | 'server' | 'client' | 'test';
  readonly code: string;
  /** What its comments say that it prints, a line each. */
  readonly prints: readonly string[];
}

/** Every block of TypeScript that a package is published with. */
export function packageExamples(tarballs: readonly string[]): PackageExample[] {
  return tarballs.flatMap((tarball) => {
    const folder = manifestIn(tarball).name.replace('@sallyport/', '');
    return blocksOf(readmeIn(tarball), 'ts').map((code, index) => {
      const kind = kindOf(code);
      const file = `example-${index + 1}${kind === 'test' ? '.test' : ''}`;
      return { folder, file, kind, code, prints: printsOf(code) };
    });
  });
}

function kindOf(code: string): PackageExample['kind'] {
  if (/\bdescribeAdapter\(/.test(code)) return 'test';
  if (/\b(serve|run)\b/.test(code)) return 'server';
  return /\bconnect\(/.test(code) ? 'client' : 'program';
}

function printsOf(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, said = '']) => said);
}

/** Empty if it has none. */
export const readmeIn = (tarball: string) => textIn(tarball, 'README.md');

function blocksOf(text: string, language: 'sh' | 'ts'): string[] {
  const blocks = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(blocks)].map(([, code = '']) => code);
}
