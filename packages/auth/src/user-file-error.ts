/** The one error of user files: one line for a person, with the file and, where there is one, the line number. */
import { describeFileProblem } from './file-problem.ts';
import type { LineProblem } from './user-lines.ts';

/** A problem of a user file: of one line, or of the whole file where `line` is absent. */
export interface UserFileProblem {
  /** Path of the user file, as the caller gave it. */
  readonly file: string;
  /** Line number, from 1. */
  readonly line?: number;
  /** One sentence for the operator. Never has a password or a hash in it. */
  readonly problem: string;
  /** Whether the file as a whole could not be read. Then the users that were read before can still sign in, also removed ones. */
  readonly isUnusable?: true;
}

/** What kind of problem a `UserFileError` reports. */
export type UserFileErrorCode =
  /** The file is missing, too large, or cannot be read or written. */
  | 'unusable'
  /** Some lines of the file cannot be read. */
  | 'broken'
  /** A user cannot have this name in a file. */
  | 'badName'
  /** The password is empty or longer than 1024 bytes. */
  | 'badPassword'
  /** The file has a user of this name already. */
  | 'userExists'
  /** The file has no user of this name. */
  | 'noSuchUser'
  /** Another process held the lock file for 15 s. */
  | 'locked';

/** A user file cannot be used, or an edit of it is not possible. The message is one line and has no password or hash in it. */
export class UserFileError extends Error {
  /** Always `UserFileError`. */
  override readonly name = 'UserFileError';
  /** What kind of problem it is. */
  readonly code: UserFileErrorCode;
  /** Path of the user file, as the caller gave it. */
  readonly file: string;

  /** `problem` follows the path in the message, with its own space or punctuation. */
  constructor(code: UserFileErrorCode, file: string, problem: string) {
    super(`${file}${problem}`);
    this.code = code;
    this.file = file;
  }
}

/** For a file that cannot be used at a start. The message shows the first problem and the numbers of the other lines. */
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

/** For a failed system call; only its code is shown. A `UserFileError` is returned as it is. */
export function unusableFile(file: string, error: unknown, action?: string): UserFileError {
  if (error instanceof UserFileError) return error;
  return new UserFileError('unusable', file, ` ${describeFileProblem(error, action)}`);
}
