/**
 * The signals of the process: the first SIGINT or SIGTERM drains, and the second stops at once. SIGHUP reloads.
 *
 * SIGHUP has two meanings. Operators send it to reload files. A terminal that closes sends it too, and then the server
 * drains: this is so if `/dev/tty` opened at the start and does not open any more. Proven by: test/shutdown.test.ts.
 */
import { closeSync, constants as fileConstants, openSync } from 'node:fs';
import { constants } from 'node:os';

/**
 * On Ctrl-C the terminal signals all foreground processes, and a package manager forwards the signal as well: with bash,
 * `pnpm start` sends SIGINT and 1 ms later SIGTERM. Within this time, in milliseconds, a second signal counts as the first.
 */
const ECHO_MS = 500;

/** What the signals do. */
export interface Signalled {
  /** When the drain began, on the clock of `performance`. Undefined until then. */
  readonly beganAt: number | undefined;
  drain(signal: NodeJS.Signals): void;
  /** Ends at once, with this exit code: 128 plus the number of the signal. */
  stopAtOnce(signal: NodeJS.Signals, exitCode: number): void;
  /** Reads the watched files again. Not called while draining. */
  reload(): void;
}

/** Installs the handlers. `hasLostTerminal` reports whether the terminal of the process has closed; tests replace it. */
export function onSignals(signalled: Signalled, hasLostTerminal = watchTerminal()): void {
  const onSignal = (signal: NodeJS.Signals) => {
    if (signalled.beganAt === undefined) signalled.drain(signal);
    else if (!(isScript() && performance.now() - signalled.beganAt < ECHO_MS))
      signalled.stopAtOnce(signal, 128 + constants.signals[signal]);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', (signal) => {
    if (hasLostTerminal()) onSignal(signal);
    else if (signalled.beganAt === undefined) signalled.reload();
  });
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
