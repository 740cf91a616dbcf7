/** The Nodes that a consumer may have: the one that runs the tests, and the others as packages of npm. */
import { npm } from './npm.ts';

export const majors = [20, 22, 24] as const;
export type Major = (typeof majors)[number];

/** Where the executable is; `folder` is where what has to be installed for it may go. */
export function nodeOf(major: Major, folder: string): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  npm(['install', '--prefix', `${folder}/node${major}`, `${name}@${major}`], folder);
  return `${folder}/node${major}/node_modules/${name}/bin/node`;
}
