/**
 * What is wrong with a file, as the rest of a sentence that begins with its path. Proven by: test/key-files.test.ts,
 * test/password-file.test.ts.
 */

/** The message is the rest of the sentence, such as "is a directory". */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}

/** "is a directory", or "cannot be read (ENOENT)". Of a failed system call only the code is shown. */
export function describeFileProblem(error: unknown, action = 'be read'): string {
  if (error instanceof FileProblem) return error.message;
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return `cannot ${action} (${code})`;
}
