/** A look into a tarball, as npm would unpack it. */
import { execFileSync } from 'node:child_process';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly bin?: Readonly<Record<string, string>>;
  /** By entry, then by condition. */
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export function manifestIn(tarball: string): Manifest {
  return JSON.parse(textIn(tarball, 'package.json')) as Manifest;
}

/** Of a file; empty if there is none. */
export function textIn(tarball: string, path: string): string {
  if (!filesIn(tarball).includes(path)) return '';
  return execFileSync('tar', ['-xzOf', tarball, `package/${path}`], { encoding: 'utf8' });
}

/** Their paths, relative to the package. */
export function filesIn(tarball: string): string[] {
  const listing = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' });
  return listing
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''));
}
