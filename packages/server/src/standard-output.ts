/**
 * Standard output that nobody can hold the server up by: who reads it and stands still costs lines, never the service.
 *
 * Through Node's own stream, which writes to pipes without waiting and keeps what they do not take; here that is bounded.
 * Not by `fs.write`: it waits in a thread of libuv's pool, and the process could not even exit before the thread is
 * back. Files are written at once. Proven by: test/standard-output.test.ts.
 */
import type { Writable } from 'node:stream';

export interface StandardOutput {
  /** Left out, and counted, if too much is unread; then so is all else until it has been read. */
  write(text: string): void;
  /** Resolves when all is written; after a second in any case, for nobody may ever read it. Never rejects. */
  flushed(): Promise<void>;
}

export interface OutputListener {
  /** What was unread has been read; so many lines had been left out. */
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
  let dropped = 0;
  // A full disk is an error too, and may have room later.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') listener.gone();
  });
  stream.on('drain', () => {
    const lines = dropped;
    dropped = 0;
    if (lines > 0) listener.dropped(lines);
  });
  return {
    write(text) {
      if (dropped > 0 || stream.writableLength + text.length > MOST_UNREAD) dropped += 1;
      else stream.write(text);
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
