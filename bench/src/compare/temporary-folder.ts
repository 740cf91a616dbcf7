/** A folder for the other revision. It goes when the work ends, also when the user or the system interrupts it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal interrupted the work. The folder is gone; the process should end. */
export class Interrupted extends Error {
  readonly by: (typeof SIGNALS)[number];

  constructor(by: (typeof SIGNALS)[number]) {
    super(`interrupted by ${by}`);
    this.by = by;
  }
}

/** Gives `work` a new folder, and an `AbortSignal` that fires when one of the three signals comes. */
export async function withTemporaryFolder<T>(
  work: (folder: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interruption = new AbortController();
  const { signal } = interruption;
  const interrupts = SIGNALS.map((name) => [name, () => interruption.abort(new Interrupted(name))] as const);
  for (const [name, interrupt] of interrupts) process.on(name, interrupt);
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  try {
    return await Promise.race([work(folder, signal), interrupted(signal)]);
  } catch (error) {
    // Ctrl-C reaches the servers too. Their end is not the reason.
    throw signal.aborted ? signal.reason : error;
  } finally {
    // A process that was just killed may still write its last file.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    for (const [name, interrupt] of interrupts) process.off(name, interrupt);
  }
}

function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
