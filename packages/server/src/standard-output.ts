/**
 * Standard output that nobody can hold the server up by: who reads it and stands still costs lines, never the service.
 *
 * Through Node's own stream, which writes to pipes without waiting and keeps what they do not take; here that is bounded.
 * Not by `fs.write`: it waits in a thread of libuv's pool, and the process could not even exit before the thread is
 * back. Files are written at once; lines that a full disk does not take are lost, and counted. Proven by: test/standard-output.test.ts.
 */
import type { Writable } from 'node:stream';

export interface StandardOutput {
  /**
   * Left out, and counted, if too much is unread; then so is all else until it has been read. What could not be written, to a
   * full disk say, is counted too.
   */
  write(text: string): void;
  /** Resolves when all is written; after a second in any case, for nobody may ever read it. Never rejects. */
  flushed(): Promise<void>;
}

export interface OutputListener {
  /**
   * So many lines have been lost: what was unread has been read now, or another line is about to be tried. What this writes
   * is no line of its own: where it cannot be written either, `lines` are counted again.
   */
  dropped(lines: number): void;
  /** Nobody reads any more, and nobody ever will again. */
  gone(): void;
}

/** Bytes, beyond what the pipe itself holds: some thousand lines. */
const MOST_UNREAD = 1_048_576;
const FLUSH_MS = 1_000;

export function openStandardOutput(
  listener: OutputListener,
  stream: Writable = unblocked(process.stdout),
): StandardOutput {
  /** Left out since somebody last read; all else is then left out too. */
  let dropped = 0;
  /** Could not be written. The next line is tried all the same: a full disk may have room by then. */
  let failed = 0;
  // Without a listener an error would end the process. Each line learns of its own failure (`settled`).
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') listener.gone();
  });
  stream.on('drain', () => {
    const lines = dropped;
    dropped = 0;
    if (lines > 0) tell(lines);
  });
  const settled = (error?: Error | null) => {
    if (error) failed += 1;
  };
  /** So many lines that the listener is being told of. */
  let telling = 0;
  function tell(lines: number): void {
    telling = lines;
    listener.dropped(lines);
    telling = 0;
  }
  function write(text: string): void {
    const told = telling;
    if (dropped > 0 || stream.writableLength + text.length > MOST_UNREAD) {
      dropped += told || 1;
    } else if (told > 0) {
      stream.write(text, (error) => {
        if (error) failed += told;
      });
    } else {
      stream.write(text, settled);
    }
  }
  return {
    write(text) {
      if (failed > 0 && telling === 0) {
        const lines = failed;
        failed = 0;
        tell(lines);
      }
      write(text);
    },
    flushed: () =>
      new Promise((resolve) => {
        const deadline = setTimeout(resolve, FLUSH_MS);
        // Nothing, behind all else.
        stream.write('', () => {
          clearTimeout(deadline);
          resolve();
        });
      }),
  };
}

/** Terminals are the one kind that Node waits for: one that is halted (Ctrl-S), or far away, would halt the server. */
function unblocked(stream: typeof process.stdout): Writable {
  const { _handle } = stream as { _handle?: { setBlocking?(isBlocking: boolean): unknown } };
  if (stream.isTTY) _handle?.setBlocking?.(false);
  return stream;
}
