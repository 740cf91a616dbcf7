/**
 * The program of both binaries: parses the options, and serves in this process, or starts workers and keeps them.
 *
 * It does not depend on a WebSocket library; the binary passes one as a `Transport`. A `StartupError` becomes one line on
 * standard error and exit code 2, before anything listens.
 */
import type { App } from './app.ts';
import { check } from './check.ts';
import { type Parsed, parseOptions } from './options.ts';
import { serveClients } from './server-process.ts';
import { StartupError } from './startup-error.ts';
import type { Transport } from './transport.ts';
import { checkVersion, takeRole, type WorkerRole } from './workers/role.ts';

/** The exit code after a `StartupError`. */
const CANNOT_START = 2;

/**
 * Runs the server until a signal drains it; then it exits the process. `args` are the command-line arguments. `app` excludes `--app`;
 * default: that of `--app`, or an echo. With `--help` or `--version` it prints and returns. After a `StartupError` it exits with code 2.
 */
export async function runProgram(
  transport: Transport,
  args: readonly string[] = process.argv.slice(2),
  app?: App,
): Promise<void> {
  // Without a listener, a closed standard error would end the process.
  process.stderr.on('error', () => {});
  try {
    const role = takeRole();
    if (role) return await work(transport, args, app, role);
    const parsed = parseOptions(transport, args);
    if ('options' in parsed && !parsed.isCheck) return await serve(transport, parsed, args, app);
    const print = 'options' in parsed ? await check(transport, parsed.options, app) : parsed.print;
    process.stdout.on('error', () => {});
    process.stdout.write(print);
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    process.stderr.write(`${transport.name}: ${error.message}\n`, () => process.exit(CANNOT_START));
  }
}

async function serve(
  transport: Transport,
  start: Exclude<Parsed, { readonly print: string }>,
  args: readonly string[],
  app: App | undefined,
): Promise<void> {
  if (!start.options.workers) return serveClients(transport, start, args, app);
  const { superviseWorkers } = await import('./workers/parent.ts');
  return superviseWorkers(transport, start, args);
}

/** Serves as a worker. What the operator can mend goes to the parent. */
async function work(
  transport: Transport,
  args: readonly string[],
  app: App | undefined,
  role: WorkerRole,
): Promise<void> {
  const { ParentLink } = await import('./workers/parent-link.ts');
  const link = new ParentLink(role);
  try {
    checkVersion(role);
    const parsed = parseOptions(transport, args);
    if (!('options' in parsed))
      throw new StartupError('a worker cannot print; give these options to the parent');
    await serveClients(transport, parsed, args, app, link);
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    await link.reported({ type: 'cannotStart', message: error.message });
    process.exit(CANNOT_START);
  }
}
