/**
 * The part of this process: a worker, if a parent has started it. The parent says so, and what it has decided, in a variable of the environment.
 *
 * Proven by: test/workers/role.test.ts.
 */
import type { LogFormat } from '../options.ts';
import { StartupError } from '../startup-error.ts';
import { version } from '../version.ts';

const VARIABLE = 'SALLYPORT_WORKER';

/** What the parent has decided for its worker. */
export interface WorkerRole {
  /** Counts the workers that the parent has started. No two have the same. */
  readonly id: number;
  /** The address of `--host` that the parent has judged. */
  readonly address: string;
  /** Where to listen: the host is `fd:…` for the socket of the parent. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly logFormat: LogFormat;
  /** The version of the parent's program. */
  readonly version: string;
}

/** The variables that tell a new process its role. */
export function environmentOf(role: Omit<WorkerRole, 'version'>): NodeJS.ProcessEnv {
  return { ...process.env, [VARIABLE]: JSON.stringify({ ...role, version }) };
}

/**
 * Returns the role of this process. Undefined: it is not a worker. It removes the variable, because processes that the app starts have no part in
 * this.
 */
export function takeRole(): WorkerRole | undefined {
  const text = process.env[VARIABLE];
  if (text === undefined || process.send === undefined) return undefined;
  delete process.env[VARIABLE];
  return JSON.parse(text) as WorkerRole;
}

/** Throws a `StartupError` if the parent runs another version than this process. */
export function checkVersion(role: WorkerRole): void {
  if (role.version !== version)
    throw new StartupError(
      `the parent runs version ${role.version}, and the installed one is ${version}: restart the whole server`,
    );
}
