/** Reads HTTP answers from a plain socket. */
import type { Socket } from 'node:net';

/** An HTTP answer. */
export interface HttpAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** By name in lower case. Of repeated headers the last one. */
  readonly headers: ReadonlyMap<string, string>;
  /** The body, as long as `content-length` says. */
  readonly body: string;
}

/** Resolves with one HTTP answer and the bytes behind it. Rejects if the connection ends first. */
export function readAnswer(socket: Socket): Promise<{ answer: HttpAnswer; rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
      const headers = new Map(
        lines.map((line) => [
          line.slice(0, line.indexOf(':')).toLowerCase(),
          line.slice(line.indexOf(':') + 1).trim(),
        ]),
      );
      const start = end + 4;
      const length = Number(headers.get('content-length') ?? 0);
      if (bytes.length < start + length) return;
      socket.off('data', onData).off('close', onClose).off('error', onClose);
      const answer = {
        status: Number(first.split(' ')[1]),
        headers,
        body: bytes.toString('utf8', start, start + length),
      };
      resolve({ answer, rest: bytes.subarray(start + length) });
    };
    const onClose = () =>
      reject(new Error(`the connection ended before an answer: ${bytes.toString('latin1')}`));
    socket.on('data', onData).on('close', onClose).on('error', onClose);
  });
}
