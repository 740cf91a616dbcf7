/**
 * Watches for a lack of file descriptors. While there is none for a further connection, the process pauses between the turns of
 * its event loop.
 *
 * Otherwise the library tries to accept a connection in every turn, which takes a whole core. The library does not tell how many
 * plain connections it has, so they cannot be limited. Open sessions are still served at every turn, a few milliseconds later.
 * Proven by: packages/server/test/descriptors.test.ts.
 */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/** Time between two checks; the loop may spin that long. */
const PERIOD_MS = 250;
/** Length of a pause. */
const REST_MS = 5;
/** Time between two reports, so that a flood of connections does not flood the log. */
const REPORT_MS = 60_000;

/** Reports a lack of descriptors to `onFault`, at most once a minute. Returns a function that stops the watch. */
export function watchDescriptors(onFault: (error: unknown) => void): () => void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  let reportedAt = Number.NEGATIVE_INFINITY;
  let isResting = false;

  const rest = () => {
    isResting = isExhausted();
    if (!isResting) return;
    Atomics.wait(never, 0, 0, REST_MS);
    setImmediate(rest);
  };
  const timer = setInterval(() => {
    if (isResting || !isExhausted()) return;
    rest();
    if (performance.now() - reportedAt < REPORT_MS) return;
    reportedAt = performance.now();
    onFault(
      new Error(
        'no file descriptor is left for another connection: raise the limit of the process (ulimit -n)',
      ),
    );
  }, PERIOD_MS).unref();
  return () => clearInterval(timer);
}

/** POSIX counts connections as files, in the process (EMFILE) and in the system (ENFILE). */
function isExhausted(): boolean {
  try {
    closeSync(openSync(devNull, 'r'));
    return false;
  } catch (error) {
    return ['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
