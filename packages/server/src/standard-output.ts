/**
 * Standard output with a bounded buffer: if its reader stalls, lines are dropped and counted; the service never waits.
 *
 * It uses Node's own stream, which writes to pipes without blocking and buffers what they do not accept. `fs.write` would
 * block a thread of libuv's pool, and the process could not exit before that thread returns. Files are written
 * synchronously. Lines that a full disk does not accept are lost and counted. Proven by: test/standard-output.test.ts.
 */
import type { Writable } from 'node:stream';

export interface StandardOutput {
  /**
   * Writes a line. It is dropped and counted if more than 1 MiB is unread; further lines are dropped until the reader has
   * caught up. Lines that fail to be written, to a full disk say, are counted too.
   */
  write(text: string): void;
  /** Resolves when all lines are written, and after 1 s in any case. Never rejects. */
  flushed(): Promise<void>;
}

export interface OutputListener {
  /**
   * Reports the number of lost lines, once the reader has caught up or before the next line is written. If the listener
   * writes a line about it and that line fails too, `lines` are counted again.
   */
  dropped(lines: number): void;
  /** The reader has closed the pipe. Nothing can be written any more. */
  closed(): void;
}

/** In characters, on top of the pipe's own buffer: some thousand lines. */
const MAX_UNREAD = 1_048_576;
const FLUSH_MS = 1_000;

export function openStandardOutput(
  listener: OutputListener,
  stream: Writable = withoutBlocking(process.stdout),
): StandardOutput {
  /** Lines dropped since the buffer was full. All lines are dropped while this is above 0. */
  let dropped = 0;
  /** Lines that could not be written. The next line is tried all the same: the disk may have space again. */
  let failed = 0;
  // Without a listener an error would end the process. Each line learns of its own failure (`onWritten`).
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') listener.closed();
  });
  stream.on('drain', () => {
    const lines = dropped;
    dropped = 0;
    if (lines > 0) report(lines);
  });
  const onWritten = (error?: Error | null) => {
    if (error) failed += 1;
  };
  /** The number that `report` is passing to the listener; 0 outside of it. */
  let reporting = 0;
  function report(lines: number): void {
    reporting = lines;
    listener.dropped(lines);
    reporting = 0;
  }
  function write(text: string): void {
    const reported = reporting;
    if (dropped > 0 || stream.writableLength + text.length > MAX_UNREAD) {
      dropped += reported || 1;
    } else if (reported > 0) {
      stream.write(text, (error) => {
        if (error) failed += reported;
      });
    } else {
      stream.write(text, onWritten);
    }
  }
  return {
    write(text) {
      if (failed > 0 && reporting === 0) {
        const lines = failed;
        failed = 0;
        report(lines);
      }
      write(text);
    },
    flushed: () =>
      new Promise((resolve) => {
        const deadline = setTimeout(resolve, FLUSH_MS);
        // The callback of an empty write runs after all earlier writes.
        stream.write('', () => {
          clearTimeout(deadline);
          resolve();
        });
      }),
  };
}

/** Node blocks only on terminals. A terminal that is stopped (Ctrl-S) or far away would stop the server. */
function withoutBlocking(stream: typeof process.stdout): Writable {
  const { _handle } = stream as { _handle?: { setBlocking?(isBlocking: boolean): unknown } };
  if (stream.isTTY) _handle?.setBlocking?.(false);
  return stream;
}
