/** Reads a file with one JSON object. Nothing in it is executed. Proven by: test/configuration/sources.test.ts, test/channels/file.test.ts. */
import { readFileSync } from 'node:fs';
import { StartupError } from './startup-error.ts';

/**
 * `subject` names the file in messages, `example` shows what it may look like. Throws a `StartupError` for a file that is missing, cannot be
 * read, or is not one JSON object.
 */
export function readJsonFile(path: string, subject: string, example: string): object {
  const text = readText(path, subject);
  let value: unknown;
  try {
    // Editors on Windows write a byte order mark.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new StartupError(`${subject}: this is not JSON (${(error as Error).message})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new StartupError(`${subject}: it must be a JSON object, such as ${example}`);
  return value;
}

function readText(path: string, subject: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartupError(
      code === 'ENOENT' ? `${subject}: there is no such file` : `${subject} cannot be read (${code})`,
    );
  }
}
