/** Turns a thrown value into an object for the log: its type, its message and its stack. */
import { escapeUnprintableLines } from './escape-unprintable.ts';

/** Leaves out other properties and the cause: they may hold a request with its secrets. */
export function describeError(thrown: unknown): object {
  if (!(thrown instanceof Error))
    return { type: typeof thrown, message: escapeUnprintableLines(String(thrown)) };
  return {
    type: thrown.name,
    message: escapeUnprintableLines(thrown.message),
    stack: escapeUnprintableLines(thrown.stack ?? ''),
  };
}
