/** The one error of user files: one line for a person, which names the file and, where there is one, the line in it. */
import type { LineProblem } from './user-lines.ts';

/** A line that cannot be read, or the file as a whole where there is no `line`. */
export interface UserFileProblem {
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  readonly problem: string;
}

export type UserFileErrorCode =
  /** The file is not there, not to be read or written, or too large. */
  | 'unusable'
  /** Some of its lines cannot be read. */
  | 'broken'
  | 'badName'
  | 'badPassword'
  | 'userExists'
  | 'noSuchUser'
  /** Somebody else is writing, and does not end. */
  | 'locked';

export class UserFileError extends Error {
  override readonly name = 'UserFileError';
  readonly code: UserFileErrorCode;
  readonly file: string;

  constructor(code: UserFileErrorCode, file: string, problem: string) {
    super(`${file}${problem}`);
    this.code = code;
    this.file = file;
  }
}

/** Of a file that lacks what a start needs: the first line is named, the others are counted. */
export function brokenFile(file: string, problems: readonly LineProblem[]): UserFileError {
  const [first, ...others] = problems;
  const rest =
    others.length === 0
      ? ''
      : ` (and ${others.length} more: ${others
          .slice(0, 5)
          .map(({ line }) => `line ${line}`)
          .join(', ')})`;
  return new UserFileError('broken', file, `, line ${first?.line}: ${first?.problem}${rest}`);
}

/** Of a failed system call; only its code is said. */
export function unusableFile(file: string, error: unknown, doing = 'be read'): UserFileError {
  if (error instanceof UserFileError) return error;
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return new UserFileError('unusable', file, ` cannot ${doing} (${code})`);
}
