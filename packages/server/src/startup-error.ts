/**
 * An error that stops the server from starting and that the operator can fix: a bad option, file or address.
 *
 * `run` prints the message on standard error, after the name of the binary, and exits with code 2. Any other error at
 * startup is a bug.
 */
import { escapeUnprintable } from './escape-unprintable.ts';

export class StartupError extends Error {
  override readonly name = 'StartupError';

  /** The message is one line: it names the option as the operator gave it, and says how to fix it. */
  constructor(message: string) {
    super(escapeUnprintable(message));
  }
}
