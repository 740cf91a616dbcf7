/**
 * A refusal to start: the user asked for something that cannot be, and can mend it.
 *
 * The message is one line that names what was given and says what to do; `program.ts` prints it after the name of the
 * binary and exits with code 2. Whatever else is thrown is a bug of ours.
 */
import { printable } from './printable.ts';

export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(message: string) {
    super(printable(message));
  }
}
