/** What the READMEs say to install can be installed, by npm, without anything else of ours there. */
import { copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { installAlone } from './alone.ts';
import { run } from './project.ts';
import { installLines } from './readme.ts';

const tarballs = inject('tarballs');
// Beside the project, not in it: there, what is missing would be found.
const scratch = dirname(inject('project'));

it.each(installLines(tarballs).map((named) => named.join(' ')))('npm install %s', (line) => {
  // Resolves everything, fetches nothing: a name that the registry does not have is an error, and a conflict too.
  expect(() => installAlone(scratch, line.split(' '), tarballs, '--dry-run')).not.toThrow();
});

describe('@sallyport/uws without uWebSockets.js, which npm does not have under that name', () => {
  let folder = '';
  beforeAll(() => {
    folder = installAlone(scratch, ['@sallyport/core', '@sallyport/uws'], tarballs);
  });

  it('is installed all the same, and loads', () => {
    expect(existsSync(join(folder, 'node_modules/uWebSockets.js'))).toBe(false);
    const program = "import { behavior } from '@sallyport/uws'; console.log(typeof behavior)";
    expect(run(folder, process.execPath, ['--input-type=module', '-e', program])).toBe('function\n');
  });

  it("stops the README's server with a line that names what is missing", () => {
    copyFileSync(join(inject('project'), 'dist/on-uws.js'), join(folder, 'on-uws.js'));
    const said = run(folder, process.execPath, ['on-uws.js']);
    expect(said).toMatch(/^Error.*: Cannot find package 'uWebSockets\.js' imported from .*on-uws\.js$/m);
  });
});
