/** Lines of bytes, with and without a byte order mark. */
import { expect, it } from 'vitest';
import { byteLines, byteLinesOfText } from '../src/byte-lines.ts';

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const TEXT = Buffer.from('\ufeffadmin:123456\n\ufeffhello\nlast');

it.each([1, 2, 100])(
  'byteLinesOfText() drops a byte order mark at the start, in chunks of %i bytes',
  async (size) => {
    const lines = await collected(byteLinesOfText(chunksOf(TEXT, size)));
    expect(lines.map(String)).toEqual(['admin:123456', '\ufeffhello', 'last']);
  },
);

it('byteLines() keeps every byte of binary input', async () => {
  const lines = await collected(byteLines(chunksOf(TEXT, 3)));
  expect(lines.map(String)).toEqual(['\ufeffadmin:123456', '\ufeffhello', 'last']);
});

async function collected(lines: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
