/** What is logged of something thrown: what it says itself, and nothing that hangs on it. */
import { printableLines } from './printable.ts';

/** Properties and causes are left out: they may be a request with its secrets. */
export function describeError(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: printableLines(String(thrown)) };
  return {
    type: thrown.name,
    message: printableLines(thrown.message),
    stack: printableLines(thrown.stack ?? ''),
  };
}
