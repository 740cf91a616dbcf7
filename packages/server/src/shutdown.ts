/**
 * The end: gently on the first signal, at once on the second; and after a bug gently too, but with exit code 1.
 *
 * Exit codes: 0 drained · 1 an exception that nobody caught · 129, 130 or 143 the second SIGHUP, SIGINT or SIGTERM (128 +
 * its number, as shells have it). Proven by: test/shutdown.test.ts.
 */
import { constants } from 'node:os';
import type { Sessions } from '@sallyport/core';
import type { Listening } from '@sallyport/listen';
import { describeError } from './describe-error.ts';
import type { Output } from './logging.ts';

/** A drain takes at most 8 s by itself; this is for a drain that hangs. */
const DEADLINE_MS = 10_000;

/**
 * On Ctrl-C a terminal signals everybody in the foreground, and a package manager that runs this as a script hands it
 * on besides: `pnpm start`, where the shell is bash, gives us SIGINT and 1 ms later SIGTERM. That is one wish, not two.
 */
const ECHO_MS = 500;

/** The last is for a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Signal = (typeof SIGNALS)[number];

export interface Ending {
  readonly isDraining: boolean;
}

/** Takes over the process's signals and uncaught exceptions. */
export function endGently(
  listening: Listening,
  sessions: Sessions,
  { log, flushed }: Pick<Output, 'log' | 'flushed'>,
): Ending {
  let beganAt: number | undefined;
  let exitCode = 0;

  const drain = async () => {
    beganAt = performance.now();
    const deadline = setTimeout(() => {
      log.warn({ event: 'drain.timedOut', sessions: sessions.size }, 'cut what was left');
      process.exit(exitCode);
    }, DEADLINE_MS);
    try {
      await listening.close();
    } catch (error) {
      exitCode = 1;
      log.fatal({ event: 'drain.failed', err: describeError(error) }, 'could not drain');
    }
    log.info({ event: 'drain.ended', ms: Math.round(performance.now() - beganAt) }, 'stopped');
    clearTimeout(deadline);
    // The last lines before an exit are the ones that matter.
    await flushed();
    process.exit(exitCode);
  };

  const onSignal = (signal: Signal) => {
    if (beganAt === undefined) {
      log.info(
        { event: 'drain.began', signal, sessions: sessions.size },
        'draining; once more to stop at once',
      );
      void drain();
    } else if (!(isScript() && performance.now() - beganAt < ECHO_MS)) {
      log.warn({ event: 'stopped.atOnce', signal, sessions: sessions.size }, 'stopped at once');
      process.exit(128 + constants.signals[signal]);
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);

  // Unhandled rejections too: Node turns them into exceptions. Nobody knows what state this left behind.
  process.on('uncaughtException', (error, origin) => {
    exitCode = 1;
    log.fatal({ event: 'uncaught', origin, err: describeError(error) }, 'a bug: nobody caught this');
    if (beganAt === undefined) void drain();
  });

  return {
    get isDraining() {
      return beganAt !== undefined;
    },
  };
}

/** Whether `pnpm start` or the like stands between this process and the terminal. */
function isScript(): boolean {
  return process.env['npm_lifecycle_event'] !== undefined;
}
