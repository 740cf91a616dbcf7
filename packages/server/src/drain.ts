/**
 * The drain of one process: it ends the sessions and the app, logs how that went, and exits.
 *
 * Signals (`shutdown.ts`) or the parent of workers (`workers/obey.ts`) begin it. Exit codes: 0 drained · 1 an uncaught exception, or the
 * drain failed. Proven by: test/shutdown.test.ts.
 */
import type { Sessions } from '@sallyport/core';
import type { Listening } from '@sallyport/listen';
import { describeError } from './describe-error.ts';
import type { Output } from './logging.ts';

/** A drain takes at most 8 s. After this time, in milliseconds, a drain that hangs is cut. */
const DEADLINE_MS = 10_000;

export interface DrainHooks {
  /** Ends what the app began. Called once all sessions have ended, and awaited. */
  drained(): Promise<void>;
  /** Logs what is still counted. Called before the last line. */
  beforeEnd(): void;
}

export interface Drain {
  /** When the drain began, on the clock of `performance`. Undefined until then. */
  readonly beganAt: number | undefined;
  /** Drains, and exits. `signal` is for the log. Does nothing if the drain has begun. */
  begin(signal: string): void;
}

/** Makes the drain of this process. It also begins at an uncaught exception. */
export function createDrain(
  listening: Pick<Listening, 'close'>,
  sessions: Pick<Sessions, 'size'>,
  { log, flushed }: Pick<Output, 'log' | 'flushed'>,
  { drained, beforeEnd }: DrainHooks,
): Drain {
  let beganAt: number | undefined;
  let exitCode = 0;

  const run = async () => {
    beganAt = performance.now();
    const deadline = setTimeout(() => {
      log.warn(
        { event: 'drain.timedOut', sessions: sessions.size },
        'drain timed out: cut the remaining connections',
      );
      process.exit(exitCode);
    }, DEADLINE_MS);
    try {
      await listening.close();
      await drained();
    } catch (error) {
      exitCode = 1;
      log.fatal({ event: 'drain.failed', err: describeError(error) }, 'drain failed');
    }
    beforeEnd();
    log.info({ event: 'drain.ended', ms: Math.round(performance.now() - beganAt) }, 'stopped');
    clearTimeout(deadline);
    // The lines before an exit matter most.
    await flushed();
    process.exit(exitCode);
  };
  // Includes unhandled rejections, which Node turns into exceptions. The state is unknown afterwards, so the process must end.
  process.on('uncaughtException', (error, origin) => {
    exitCode = 1;
    log.fatal({ event: 'uncaught', origin, err: describeError(error) }, 'uncaught exception: this is a bug');
    if (beganAt === undefined) void run();
  });

  return {
    get beganAt() {
      return beganAt;
    },
    begin(signal) {
      if (beganAt !== undefined) return;
      log.info(
        { event: 'drain.began', signal, sessions: sessions.size },
        'draining; send the signal again to stop at once',
      );
      void run();
    },
  };
}
