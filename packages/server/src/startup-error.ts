/**
 * An error that stops the server from starting and that the operator can fix: a bad option, file or address.
 *
 * `run` prints the message on standard error, after the name of the binary, and exits with code 2. Any other error at
 * startup is a bug.
 */
import { escapeUnprintable } from './escape-unprintable.ts';

export class StartupError extends Error {
  override readonly name = 'StartupError';

  /**
   * Takes one line for each problem: it names the option as the operator gave it, and says how to fix it. The message of one problem is its
   * line. That of several has a line for each.
   */
  constructor(problems: string | readonly string[]) {
    const lines = (typeof problems === 'string' ? [problems] : problems).map(escapeUnprintable);
    super(lines.length === 1 ? lines[0] : [`${lines.length} problems:`, ...lines].join('\n  '));
  }
}
