/**
 * A refusal: the program cannot do what the user wants, and the reason is not a bug.
 *
 * The message is one line that says what is wrong and what to do. `program.ts` prints it after the program's name and exits
 * with the code. Any other exception is a bug of this program.
 */
import { stripUnprintable } from './strip-unprintable.ts';

/** The exit codes of the process. `--help` documents them, and scripts depend on them. */
export const exitCodes = {
  /** connect: the user ended the session. users: done. */
  ok: 0,
  /** connect: the server or the network ended the session. users: not done, or the password is wrong. */
  ended: 1,
  /** The arguments are wrong. */
  usage: 2,
  /** connect: there was no connection. users: the file cannot be used. */
  unreachable: 3,
  /** connect: the sign-in failed. */
  notSignedIn: 4,
  /** connect: the server answered the request with an error. */
  requestFailed: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.usage) {
    super(stripUnprintable(message));
    this.exitCode = exitCode;
  }
}
