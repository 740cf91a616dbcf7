/**
 * A reader's project outside of this repository. It has the examples of the README, the guide and the packages' READMEs, every
 * public package installed from its tarball by npm, and what those pages say to install. It cannot reach the workspace.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, plainEnvironment } from './npm.ts';
import { type Example, examples, installLines } from './readme.ts';
import { manifestIn } from './tarball.ts';

const tools = ['typescript', 'vitest', '@types/node'];

/** The compiler options of the project; with `declarations` the compiler also checks the declarations of the libraries. */
const compilerOptions = (declarations: boolean) => ({
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  skipLibCheck: !declarations,
  rewriteRelativeImportExtensions: true,
  rootDir: 'src',
  outDir: 'dist',
});

/** Makes the project in `folder`, and installs the tarballs there together with what the pages say to install. */
export function makeProject(folder: string, tarballs: readonly string[]): void {
  mkdirSync(join(folder, 'src'), { recursive: true });
  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

  write('package.json', { name: 'consumer', private: true, type: 'module' });
  write('tsconfig.json', { compilerOptions: compilerOptions(false), include: ['src'] });
  write('tsconfig.declarations.json', { compilerOptions: compilerOptions(true), include: ['src'] });

  write('src/imports.test.ts', importing(tarballs.flatMap(entriesOf)));
  for (const example of examples(tarballs)) {
    mkdirSync(join(folder, 'src', example.folder), { recursive: true });
    write(`src/${example.folder}/${example.file}.ts`, completed(example));
  }
  for (const [file, code] of Object.entries(readersOwn)) write(`src/${file}`, code);

  npm(['install', ...tarballs, ...besides(tarballs)], folder);
}

/** Compiles the project; returns the compiler's messages, so an empty text if there are none. */
export function compile(folder: string, config: string): string {
  return run(folder, process.execPath, ['node_modules/typescript/bin/tsc', '-p', config]).trim();
}

/** Whether the installed uWebSockets.js has a binary for that Node. Without one it falls back to JavaScript. */
export function hasUws(folder: string, node: string): boolean {
  const program = "import uWS from 'uWebSockets.js'; console.log('SSLApp' in uWS);";
  return /^true$/m.test(run(folder, node, ['--input-type=module', '-e', program]));
}

/** Runs a command in `folder`; returns its output, or if it fails its output and errors. */
export function run(folder: string, command: string, args: readonly string[]): string {
  const options = { cwd: folder, env: plainEnvironment(), encoding: 'utf8', stdio: 'pipe' } as const;
  try {
    return execFileSync(command, args, options);
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout: string; stderr: string };
    return `${stdout}${stderr}` || message;
  }
}

/** The file of an example: mere lines become a test. */
const completed = ({ kind, code }: Example) => (kind === 'lines' ? testOf(code) : code);

const testOf = (lines: string) => `import { createSessions, refuse } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { expect, it } from 'vitest';

const authenticate = () => refuse();

it('takes no time', () => {
${lines}});
`;

/** Files that examples import and that the reader has written: a machine and its functions, for `@sallyport/compile`. */
const readersOwn = {
  'compile/machine-functions.ts': `export const isTall = ({ context }: { context: { height: number } }) => context.height > 2;
`,
  'compile/machine.ts': `import { setup } from 'xstate';
import { isTall } from './machine-functions.ts';

export const machine = setup({
  types: { context: {} as { height: number }, events: {} as { type: 'look' } },
  guards: { isTall },
}).createMachine({
  context: { height: 3 },
  initial: 'unseen',
  states: { unseen: { on: { look: { guard: 'isTall', target: 'seen' } } }, seen: {} },
});
`,
};

/** A test that imports every entry of every package. It is a test because the conformance kit runs only in one. */
const importing = (entries: readonly string[]) => `import { expect, it } from 'vitest';
${entries.map((entry, index) => `import * as entry${index} from '${entry}';`).join('\n')}

${entries
  .map((entry, index) => `it('${entry}', () => expect(Object.keys(entry${index})).not.toEqual([]));`)
  .join('\n')}
`;

function entriesOf(tarball: string): string[] {
  const { name, exports } = manifestIn(tarball);
  return Object.keys(exports).map((entry) => name + entry.slice(1));
}

/** The packages of others that the pages say to install, and the tools that every reader has. */
function besides(tarballs: readonly string[]): string[] {
  const named = installLines(tarballs).flat();
  const others = named.filter((word) => !word.startsWith('@sallyport/') && !tools.includes(word));
  return [...new Set(others), ...tools.map((name) => `${name}@${workspaceVersion(name)}`)];
}

function workspaceVersion(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
