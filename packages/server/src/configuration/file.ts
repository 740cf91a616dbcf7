/**
 * Reads the file of the configuration: `sallyport.json` of the working directory if there is one, or the file of `--config`.
 *
 * Proven by: test/configuration/sources.test.ts.
 */
import { existsSync } from 'node:fs';
import { readJsonFile } from '../json-file.ts';

/** Read where the operator names no file. */
const DEFAULT_FILE = 'sallyport.json';

export interface ConfigurationFile {
  readonly path: string;
  /** By key. Not checked yet. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Returns `undefined` if the operator named no file and there is no `sallyport.json`. Throws a `StartupError` for a file that cannot be
 * read, or is not one JSON object.
 */
export function readConfigurationFile(
  given: { readonly path: string; readonly name: string } | undefined,
): ConfigurationFile | undefined {
  const path = given?.path ?? DEFAULT_FILE;
  const subject = given ? `${given.name} ${path}` : path;
  if (!given && !existsSync(path)) return undefined;
  const values = readJsonFile(path, subject, '{ "port": 6000 }') as Readonly<Record<string, unknown>>;
  return { path, values };
}
