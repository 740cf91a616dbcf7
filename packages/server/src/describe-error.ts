/**
 * Turns a thrown value into an object for the log: its type, its message and its stack.
 *
 * Any value can be thrown, also one that has no text: it must not keep its line out of the log. Proven by: test/session-log.test.ts.
 */
import { escapeUnprintableLines } from './escape-unprintable.ts';

/** Leaves out other properties and the cause: they may hold a request with its secrets. */
export function describeError(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: textOf(() => thrown) };
  return {
    type: textOf(() => thrown.name),
    message: textOf(() => thrown.message),
    stack: textOf(() => thrown.stack ?? ''),
  };
}

/** Reading a property may throw too: some runtimes write the stack when it is first read. */
function textOf(read: () => unknown): string {
  try {
    return escapeUnprintableLines(String(read()));
  } catch {
    return 'a value without a text';
  }
}
