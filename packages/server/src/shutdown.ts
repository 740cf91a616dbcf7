/**
 * Ends the process: drains at the first signal, stops at once at the second, and drains after an uncaught exception.
 *
 * Exit codes: 0 drained · 1 an uncaught exception · 129, 130 or 143 a second SIGHUP, SIGINT or SIGTERM (128 plus the number
 * of the signal). `drain.ts` drains, and `signals.ts` has the meaning of each signal. Proven by: test/shutdown.test.ts.
 */
import type { Sessions } from '@sallyport/core';
import type { Listening } from '@sallyport/listen';
import { createDrain, type DrainHooks } from './drain.ts';
import type { Output } from './logging.ts';
import { onSignals } from './signals.ts';

export interface Shutdown {
  /** True from the first signal, or the first uncaught exception, on. */
  readonly isDraining: boolean;
}

export interface ShutdownHooks extends DrainHooks {
  /** Reads the watched files again. Called at SIGHUP, but not while draining. */
  reload(): void;
}

/**
 * Installs the handlers of the process for signals and uncaught exceptions. `hasLostTerminal` reports whether the terminal of
 * the process has closed; tests replace it.
 */
export function drainOnSignals(
  listening: Listening,
  sessions: Sessions,
  output: Pick<Output, 'log' | 'flushed'>,
  { reload, ...hooks }: ShutdownHooks,
  hasLostTerminal?: () => boolean,
): Shutdown {
  const { log } = output;
  const drain = createDrain(listening, sessions, output, hooks);
  onSignals(
    {
      get beganAt() {
        return drain.beganAt;
      },
      drain: (signal) => drain.begin(signal),
      stopAtOnce(signal, exitCode) {
        log.warn({ event: 'stopped.atOnce', signal, sessions: sessions.size }, 'stopped at once');
        process.exit(exitCode);
      },
      reload,
    },
    hasLostTerminal,
  );
  return {
    get isDraining() {
      return drain.beganAt !== undefined;
    },
  };
}
