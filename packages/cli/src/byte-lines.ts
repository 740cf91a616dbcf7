/**
 * The lines of a stream as bytes, without their LF. The stream is read only as fast as the caller takes lines.
 * Proven by: test/byte-lines.test.ts.
 */

const LF = 0x0a;
/** U+FEFF in UTF-8. Some editors and shells write it at the start of a text. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** As `byteLines`, for text: a byte order mark at the start of the stream is dropped. */
export async function* byteLinesOfText(stream: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const line of byteLines(stream)) {
    const hasMark = isFirst && line.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    isFirst = false;
    yield hasMark ? line.subarray(BYTE_ORDER_MARK.length) : line;
  }
}

export async function* byteLines(stream: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      yield Buffer.concat([...parts, bytes.subarray(start, end)]);
      parts = [];
      start = end + 1;
    }
    if (start < bytes.length) parts.push(bytes.subarray(start));
  }
  // A last line without a line end counts as a line.
  if (parts.length > 0) yield Buffer.concat(parts);
}

/** A line as UTF-8 text, without the CR of a CR LF. */
export function textOf(line: Buffer): string {
  return line.toString().replace(/\r$/, '');
}
