/** Every public export and every member of a public interface has a documentation comment. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

it('every public name has a documentation comment', () => {
  const check = spawnSync(process.execPath, ['packages/docs-api/reference.js', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  const problems = check.stderr.split('\n').filter((line) => line !== '');
  expect(problems).toEqual([]);
  expect(check.status).toBe(0);
});
