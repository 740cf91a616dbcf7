/**
 * Ends the process: drains at the first signal, stops at once at the second, and drains after an uncaught exception.
 *
 * SIGHUP has two meanings. Operators send it to reload files. A terminal that closes sends it too, and then the server
 * drains: this is so if `/dev/tty` opened at the start and does not open any more.
 *
 * Exit codes: 0 drained · 1 an uncaught exception · 129, 130 or 143 a second SIGHUP, SIGINT or SIGTERM (128 plus the number
 * of the signal). Proven by: test/shutdown.test.ts.
 */
import { closeSync, constants as fileConstants, openSync } from 'node:fs';
import { constants } from 'node:os';
import type { Sessions } from '@sallyport/core';
import type { Listening } from '@sallyport/listen';
import { describeError } from './describe-error.ts';
import type { Output } from './logging.ts';

/** A drain takes at most 8 s. After this time, in milliseconds, a drain that hangs is cut. */
const DEADLINE_MS = 10_000;

/**
 * On Ctrl-C the terminal signals all foreground processes, and a package manager forwards the signal as well: with bash,
 * `pnpm start` sends SIGINT and 1 ms later SIGTERM. Within this time, in milliseconds, a second signal counts as the first.
 */
const ECHO_MS = 500;

export interface Shutdown {
  /** True from the first signal, or the first uncaught exception, on. */
  readonly isDraining: boolean;
}

export interface ShutdownHooks {
  /** Ends what the app began. Called once all sessions have ended, and awaited. */
  drained(): Promise<void>;
  /** Reads the watched files again. Called at SIGHUP, but not while draining. */
  reload(): void;
  /** Logs what is still counted. Called before the last line. */
  beforeEnd(): void;
}

/**
 * Installs the handlers of the process for signals and uncaught exceptions. `hasLostTerminal` reports whether the terminal of
 * the process has closed; tests replace it.
 */
export function drainOnSignals(
  listening: Listening,
  sessions: Sessions,
  { log, flushed }: Pick<Output, 'log' | 'flushed'>,
  { drained, reload, beforeEnd }: ShutdownHooks,
  hasLostTerminal = watchTerminal(),
): Shutdown {
  let beganAt: number | undefined;
  let exitCode = 0;

  const drain = async () => {
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

  const onSignal = (signal: NodeJS.Signals) => {
    if (beganAt === undefined) {
      log.info(
        { event: 'drain.began', signal, sessions: sessions.size },
        'draining; send the signal again to stop at once',
      );
      void drain();
    } else if (!(isScript() && performance.now() - beganAt < ECHO_MS)) {
      log.warn({ event: 'stopped.atOnce', signal, sessions: sessions.size }, 'stopped at once');
      process.exit(128 + constants.signals[signal]);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', (signal) => {
    if (hasLostTerminal()) onSignal(signal);
    else if (beganAt === undefined) reload();
  });

  // Includes unhandled rejections, which Node turns into exceptions. The state is unknown afterwards, so the process must end.
  process.on('uncaughtException', (error, origin) => {
    exitCode = 1;
    log.fatal({ event: 'uncaught', origin, err: describeError(error) }, 'uncaught exception: this is a bug');
    if (beganAt === undefined) void drain();
  });

  return {
    get isDraining() {
      return beganAt !== undefined;
    },
  };
}

/** Whether a package manager started this process, as `pnpm start` does. */
function isScript(): boolean {
  return process.env['npm_lifecycle_event'] !== undefined;
}

/** Returns a function that reports whether the process had a terminal at the start and has none any more. */
function watchTerminal(): () => boolean {
  // On Windows only a closed console window sends SIGHUP.
  if (process.platform === 'win32') return () => true;
  const hadTerminal = hasTerminal();
  return () => hadTerminal && !hasTerminal();
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', fileConstants.O_RDONLY | fileConstants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}
