/**
 * A refusal: what the user asked for cannot be done, for a reason that is no fault of this program.
 *
 * The message is one line that says what is wrong and what to do; `program.ts` prints it after the name of the program
 * and exits with the code. Whatever else is thrown is a bug of ours.
 */
import { stripUnprintable } from './strip-unprintable.ts';

/** What a process ends with. Shown in `--help`, so a change here is one for whoever has written a script. */
export const exitCodes = {
  ok: 0,
  /** connect: the session ended otherwise than by us. users: the answer is no. */
  ended: 1,
  usage: 2,
  /** connect: there was no connection. users: the file cannot be used. */
  unreachable: 3,
  notSignedIn: 4,
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
