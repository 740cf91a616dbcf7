/**
 * The consumer: an empty project outside of this repository, with the READMEs' examples in it, and with every public
 * package installed from its tarball by npm, beside what the READMEs say to install and no more. Nothing of the
 * workspace is within reach of it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, plainEnvironment } from './npm.ts';
import { installLines, packageExamples, readExamples } from './readme.ts';
import { manifestIn } from './tarball.ts';

const tools = ['typescript', 'vitest', '@types/node'];

/** What the examples say to their reader's compiler; `declarations` has it check those of the libraries too. */
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

/** Makes the project in `folder` and installs the tarballs there, with what the READMEs name beside them. */
export function makeProject(folder: string, tarballs: readonly string[]): void {
  mkdirSync(join(folder, 'src'), { recursive: true });
  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

  write('package.json', { name: 'consumer', private: true, type: 'module' });
  write('tsconfig.json', { compilerOptions: compilerOptions(false), include: ['src'] });
  write('tsconfig.declarations.json', { compilerOptions: compilerOptions(true), include: ['src'] });

  const examples = readExamples();
  write('src/on-ws.ts', examples.onWs);
  write('src/on-uws.ts', examples.onUws);
  write('src/readme.test.ts', completed(examples.test));
  write('src/imports.test.ts', importing(tarballs.flatMap(entriesOf)));
  for (const { folder: of, file, code } of packageExamples(tarballs)) {
    mkdirSync(join(folder, 'src', of), { recursive: true });
    write(`src/${of}/${file}.ts`, code);
  }
  for (const [file, code] of Object.entries(readersOwn)) write(`src/${file}`, code);

  npm(['install', ...tarballs, ...besides(tarballs)], folder);
}

/** Compiles, as strictly as TypeScript does; returns what it says, which is nothing if all is well. */
export function compile(folder: string, config: string): string {
  return run(folder, process.execPath, ['node_modules/typescript/bin/tsc', '-p', config]).trim();
}

/** Has the uWebSockets.js of the README's line a binary for that Node? Without one it turns into an imitation. */
export function hasUws(folder: string, node: string): boolean {
  const program = "import uWS from 'uWebSockets.js'; console.log('SSLApp' in uWS);";
  return /^true$/m.test(run(folder, node, ['--input-type=module', '-e', program]));
}

/** Runs what the project compiled to, under the Node given; returns what it says either way. */
export function run(folder: string, command: string, args: readonly string[]): string {
  const options = { cwd: folder, env: plainEnvironment(), encoding: 'utf8', stdio: 'pipe' } as const;
  try {
    return execFileSync(command, args, options);
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout: string; stderr: string };
    return `${stdout}${stderr}` || message;
  }
}

/** What stands around the README's lines in the reader's own file. */
const completed = (lines: string) => `import { createSessions, refuse } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { expect, it } from 'vitest';

const authenticate = () => refuse();

it('takes no time', () => {
${lines}});
`;

/** What examples import that the reader has written: the machine and its functions, for `@sallyport/compile`. */
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

/** Every way into every package. In a test, because the conformance kit is for tests. */
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

/** What the READMEs say to install beside our packages, and the tools that any reader has. */
function besides(tarballs: readonly string[]): string[] {
  const named = installLines(tarballs).flat();
  const others = named.filter((word) => !word.startsWith('@sallyport/') && !tools.includes(word));
  return [...new Set(others), ...tools.map((name) => `${name}@${workspaceVersion(name)}`)];
}

function workspaceVersion(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
