/**
 * The version of this package, from its own package.json, one level above both `src` and `dist`.
 *
 * The command-line client has the same file. Each must read the package.json of its own package, and the two packages have
 * no common dependency that could know where that is.
 */
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

export const { version } = manifest;
