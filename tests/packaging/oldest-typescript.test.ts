/**
 * The declarations of all published packages, under the oldest TypeScript that is supported: 5.4, without `skipLibCheck`. Errors in
 * the declarations of other packages are not ours, and do not count.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { npm } from './npm.ts';
import { run } from './project.ts';
import { manifestIn } from './tarball.ts';

const OLDEST = '5.4';

it(`TypeScript ${OLDEST} takes the declarations of every entry of every package`, () => {
  const project = inject('project');
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-typescript-')));
  onTestFinished(() => rmSync(scratch, { recursive: true }));
  npm(['install', '--prefix', scratch, `typescript@${OLDEST}`], scratch);
  const entries = inject('tarballs').flatMap((tarball) => {
    const { name, exports } = manifestIn(tarball);
    return Object.keys(exports).map((entry) => name + entry.slice(1));
  });
  const folder = join(project, 'oldest-typescript');
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'index.ts'),
    `${entries.map((entry, index) => `import * as entry${index} from '${entry}';`).join('\n')}
export const all: object[] = [${entries.map((_, index) => `entry${index}`).join(', ')}];
export const isArray: number = entry0;
`,
  );
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  };
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['index.ts'] }));

  const compiler = join(scratch, 'node_modules/typescript/bin/tsc');
  expect(run(folder, process.execPath, [compiler, '--version'])).toMatch(`Version ${OLDEST}.`);
  const lines = run(folder, process.execPath, [compiler, '-p', folder, '--pretty', 'false']).split('\n');
  // The one error of the program itself shows that the compiler has looked.
  const ofTheProgram = (line: string) => line.startsWith('index.ts');
  expect(lines.filter(ofTheProgram)).toEqual([expect.stringContaining('error TS2322')]);
  expect(lines.filter((line) => line.includes('@sallyport/') && !ofTheProgram(line))).toEqual([]);
});
