/**
 * The watch over descriptors: with none left for one more connection, the process rests between the turns of its loop.
 *
 * Else the library tries to accept in vain, turn by turn, and takes a whole core for it. It neither says how many
 * connections it has that are no WebSockets yet, nor can it stop listening for a while: it does not take its port again
 * while a connection is left on it. Whoever is in is still served at every turn, a few milliseconds later.
 * Proven by: packages/server/test/descriptors.test.ts.
 */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/** So often it is looked; for so long the loop may turn in vain. */
const PERIOD_MS = 250;
const REST_MS = 5;
/** Whoever floods a server shall not flood its log. */
const SILENCE_MS = 60_000;

/** Tells `onFault` when there is none left, at most once a minute. Returns what ends the watch. */
export function watchDescriptors(onFault: (error: unknown) => void): () => void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  let toldAt = Number.NEGATIVE_INFINITY;
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
    if (performance.now() - toldAt < SILENCE_MS) return;
    toldAt = performance.now();
    onFault(new Error('no file is left for another connection: raise the limit of the process (ulimit -n)'));
  }, PERIOD_MS).unref();
  return () => clearInterval(timer);
}

/** POSIX counts connections and files alike, for the process (EMFILE) and for the system (ENFILE). */
function isExhausted(): boolean {
  try {
    closeSync(openSync(devNull, 'r'));
    return false;
  } catch (error) {
    return ['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
