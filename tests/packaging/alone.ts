/** npm in an empty project: nothing else brings a package that a README forgot to name. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.ts';
import { manifestIn } from './tarball.ts';

/** Installs the packages in `named`, our own from the tarballs; returns the project's folder. Throws npm's error. */
export function installAlone(
  within: string,
  named: readonly string[],
  tarballs: readonly string[],
  ...options: string[]
): string {
  const folder = mkdtempSync(join(within, 'alone-'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "alone", "private": true, "type": "module" }');
  const others = named.filter((name) => !name.startsWith('@sallyport/'));
  npm(['install', ...options, ...others, ...closure(named, tarballs)], folder);
  return folder;
}

/** The tarballs of these packages and of our packages that they depend on: no registry has them yet. */
function closure(names: readonly string[], tarballs: readonly string[]): string[] {
  const byName = new Map(tarballs.map((tarball) => [manifestIn(tarball).name, tarball]));
  const wanted = new Set(names);
  for (const name of wanted) {
    const tarball = byName.get(name);
    if (tarball) for (const one of Object.keys(manifestIn(tarball).dependencies ?? {})) wanted.add(one);
  }
  return [...byName].filter(([name]) => wanted.has(name)).map(([, tarball]) => tarball);
}
