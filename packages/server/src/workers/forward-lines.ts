/**
 * Passes on what a worker writes, in whole lines: two processes that write to one pipe would mix them.
 *
 * A last line that a killed worker has not finished is dropped. Proven by: test/workers/forward-lines.test.ts.
 */
import type { Readable } from 'node:stream';

/** A line that is longer, in characters, is passed on in pieces. */
const LONGEST_LINE = 1_048_576;

/** Calls `write` for each line, with its end. */
export function forwardLines(stream: Readable, write: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) write(`${line}\n`);
    if (rest.length <= LONGEST_LINE) return;
    write(rest);
    rest = '';
  });
  stream.on('error', () => {});
}
