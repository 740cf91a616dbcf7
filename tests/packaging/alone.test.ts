/** npm can install what each install line names, in a project that has nothing else. */
import { copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { installAlone } from './alone.ts';
import { run } from './project.ts';
import { installLines } from './readme.ts';

const tarballs = inject('tarballs');
// Beside the project and not in it: within it, npm would find a missing package.
const scratch = dirname(inject('project'));

/** The same packages in another order, or in another README, are the same installation. */
const installations = new Set(installLines(tarballs).map((named) => named.toSorted().join(' ')));

it.each([...installations])('npm install %s finds its packages and their peer dependencies', (line) => {
  // Resolves everything and fetches nothing. An unknown name or a conflict is an error.
  expect(() => installAlone(scratch, line.split(' '), tarballs, '--dry-run')).not.toThrow();
});

describe('@sallyport/uws without uWebSockets.js, which npm does not have under that name', () => {
  let folder = '';
  beforeAll(() => {
    folder = installAlone(scratch, ['@sallyport/core', '@sallyport/uws'], tarballs);
  });

  it('@sallyport/uws can be installed and loaded without the library', () => {
    expect(existsSync(join(folder, 'node_modules/uWebSockets.js'))).toBe(false);
    const program = "import { behavior } from '@sallyport/uws'; console.log(typeof behavior)";
    expect(run(folder, process.execPath, ['--input-type=module', '-e', program])).toBe('function\n');
  });

  it("the guide's server stops with a line that names the missing package", () => {
    copyFileSync(join(inject('project'), 'dist/guide/on-uws-1.js'), join(folder, 'on-uws.js'));
    const said = run(folder, process.execPath, ['on-uws.js']);
    expect(said).toMatch(/^Error.*: Cannot find package 'uWebSockets\.js' imported from .*on-uws\.js$/m);
  });
});
