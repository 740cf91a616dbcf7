/** The supported versions of Node: the one that runs the tests, and the others as npm packages. */
import { npm } from './npm.ts';

export const majors = [20, 22, 24] as const;
export type Major = (typeof majors)[number];

/** The path of the executable. `folder` takes the npm package if one must be installed. */
export function nodeOf(major: Major, folder: string): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  npm(['install', '--prefix', `${folder}/node${major}`, `${name}@${major}`], folder);
  return `${folder}/node${major}/node_modules/${name}/bin/node`;
}
