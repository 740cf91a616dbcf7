/**
 * Reads the file of the configuration: `sallyport.json` of the working directory if there is one, or the file of `--config`.
 *
 * It is JSON, read as it is: nothing in it is executed. Proven by: test/configuration/sources.test.ts.
 */
import { readFileSync } from 'node:fs';
import { StartupError } from '../startup-error.ts';

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
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!given && code === 'ENOENT') return undefined;
    throw new StartupError(
      code === 'ENOENT' ? `${subject}: there is no such file` : `${subject} cannot be read (${code})`,
    );
  }
  let values: unknown;
  try {
    // Editors on Windows write a byte order mark.
    values = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new StartupError(`${subject}: this is not JSON (${(error as Error).message})`);
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw new StartupError(`${subject}: it must be a JSON object, such as { "port": 6000 }`);
  return { path, values: values as Readonly<Record<string, unknown>> };
}
