import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { forwardLines } from '../../src/workers/forward-lines.ts';

async function forwarded(...pieces: readonly (string | Buffer)[]): Promise<readonly string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  forwardLines(stream, (line) => lines.push(line));
  for (const piece of pieces) stream.write(piece);
  stream.end();
  await new Promise((resolve) => stream.once('close', resolve));
  return lines;
}

it('passes on whole lines, however they arrive', async () => {
  expect(await forwarded('on', 'e\ntwo\nth', 'ree\n')).toEqual(['one\n', 'two\n', 'three\n']);
});

it('does not break a character that arrives in two pieces', async () => {
  const bytes = Buffer.from('é\n');
  expect(await forwarded(bytes.subarray(0, 1), bytes.subarray(1))).toEqual(['é\n']);
});

it('drops the last line of a worker that was killed in the middle of it', async () => {
  expect(await forwarded('{"level":"info"}\n{"lev')).toEqual(['{"level":"info"}\n']);
});

it('passes on a line without an end in pieces, so that it does not fill the memory', async () => {
  const lines = await forwarded(...Array.from({ length: 3 }, () => 'x'.repeat(600_000)));
  expect(lines.join('').length).toBeGreaterThan(1_000_000);
});
