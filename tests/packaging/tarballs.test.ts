/** Each tarball has the build and the licence, and nothing that only this workspace can use. */
import { describe, expect, inject, it } from 'vitest';
import { installLinesOf, readmeIn } from './readme.ts';
import { filesIn, manifestIn } from './tarball.ts';

const tarballs = inject('tarballs').map((tarball) => [manifestIn(tarball).name, tarball] as const);

describe.each(tarballs)('%s', (_name, tarball) => {
  const manifest = manifestIn(tarball);
  const files = filesIn(tarball);

  it('the tarball contains its licence, and package.json names it', () => {
    expect(files).toContain('LICENSE');
    expect(manifest.license).toBe('MIT');
  });

  it('the tarball has a README with its name, its install line and a link to the main README', () => {
    const readme = readmeIn(tarball);
    expect(readme.split('\n')[0]).toBe(`# ${manifest.name}`);
    expect(installLinesOf(readme).flat()).toContain(manifest.name);
    expect(readme).toMatch(/\]\(\.\.\/\.\.\/README\.md/);
  });

  it('an install line names each peer dependency', () => {
    const named = installLinesOf(readmeIn(tarball)).flat();
    for (const peer of Object.keys(manifest.peerDependencies ?? {}))
      expect(named.some((word) => word === peer || word.startsWith(`${peer}@`))).toBe(true);
  });

  it('the tarball has its build, and no sources, tests or build info', () => {
    const foreign = files.filter(
      (file) =>
        !/^(dist\/[^.].*|package\.json|(configuration|channels)\.schema\.json|LICENSE|README\.md)$/.test(
          file,
        ),
    );
    expect(foreign).toEqual([]);
  });

  it('no export has a condition that only this workspace uses', () => {
    for (const conditions of Object.values(manifest.exports))
      expect(Object.keys(conditions)).toEqual(['types', 'default']);
  });

  it('the tarball contains every file that package.json names', () => {
    const named = [...Object.values(manifest.exports).flatMap(Object.values<string>)];
    named.push(...Object.values(manifest.bin ?? {}));
    for (const file of named) expect(files).toContain(file.replace(/^\.\//, ''));
  });

  it('the dependencies are versions and not paths', () => {
    const ranges = Object.values({ ...manifest.dependencies, ...manifest.peerDependencies });
    for (const range of ranges) expect(range).toMatch(/^(npm:.+@)?[~^>=]*\d/);
  });
});
