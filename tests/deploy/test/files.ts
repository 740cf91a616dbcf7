/** Reads the files of `deploy/`, and the documents about them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

/** The path of a file, by its path from the root of the repository. */
export function pathOf(path: string): string {
  return fileURLToPath(new URL(path, root));
}

export function read(path: string): string {
  return readFileSync(pathOf(path), 'utf8');
}
