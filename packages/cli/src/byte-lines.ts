/** The lines of a stream as bytes, without their LF, one by one and only as fast as they are asked for. */

const LF = 0x0a;

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
  // A last line without an end is one all the same.
  if (parts.length > 0) yield Buffer.concat(parts);
}

/** As text: UTF-8, and without the CR of a CR LF. */
export function textOf(line: Buffer): string {
  return line.toString().replace(/\r$/, '');
}
