/** The public entry: runs an app in this process as the binaries do. Proven by: test/run.test.ts. */
import { checkKnownOptions, UsageError } from '@sallyport/core';
import { type App, checkApp } from './app.ts';
import { runProgram } from './program.ts';
import type { Transport } from './transport.ts';
import { uwsTransport, wsTransport } from './transports.ts';

const builtIn: Readonly<Record<string, Transport>> = { ws: wsTransport, uws: uwsTransport };

/** An app, and how to run it. */
export interface RunOptions<Context = unknown, Claims = unknown> extends App<Context, Claims> {
  /** The WebSocket library: `ws`, `uws`, or a transport of your own. Default: `ws`. */
  readonly transport?: 'ws' | 'uws' | Transport | undefined;
  /** The name of the program, for `--help` and messages. Default: the transport's. */
  readonly name?: string | undefined;
  /** The command-line arguments. Default: those of this process. */
  readonly args?: readonly string[] | undefined;
}

/**
 * Runs an app as the binaries do: parses the options of the command line and the environment, logs, serves, and drains at a signal;
 * then it exits the process. Resolves once the server listens. With `--help` or `--version` it prints and returns. With options
 * that it cannot start with, it prints one line and exits with code 2. Throws a `UsageError` for a wrong field of `options`.
 */
export async function run<Context = unknown, Claims = unknown>(
  options: RunOptions<Context, Claims> = {},
): Promise<void> {
  const { transport = 'ws', name, args = process.argv.slice(2), ...app } = options;
  checkApp(app, 'run');
  const library = typeof transport === 'string' ? builtIn[transport] : transport;
  if (!library) throw new UsageError('transport', "must be 'ws', 'uws' or a transport", transport);
  if (typeof library === 'object')
    checkKnownOptions('run', library, ['name', 'library', 'clock', 'sharing', 'loadServe'], 'transport.');
  await runProgram(name === undefined ? library : { ...library, name }, args, app);
}
