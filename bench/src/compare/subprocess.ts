/** Runs one command to its end: git, tar, or a build. */
import { spawn } from 'node:child_process';

export interface Circumstances {
  readonly folder: string;
  /** Ends the command, and every process that it started. */
  readonly signal?: AbortSignal;
}

export interface Outcome {
  /** Not set when the command does not exist, or when a signal ended it. */
  readonly status: number | undefined;
  readonly isMissing: boolean;
  readonly stdout: string;
  /** Standard output and standard error, in the order in which they came. */
  readonly output: string;
}

export function runCommand(
  [command = '', ...given]: readonly string[],
  { folder, signal }: Circumstances,
): Promise<Outcome> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    // Leads a process group of its own, so that one signal ends all processes that it started.
    const child = spawn(command, given, {
      cwd: folder,
      detached: true,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
      output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    const stop = () => {
      if (child.pid !== undefined) endGroup(child.pid);
    };
    const textOf = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString();
    const end = (status: number | undefined, isMissing: boolean) => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted) reject(signal.reason);
      else resolve({ status, isMissing, stdout: textOf(stdout), output: textOf(output) });
    };
    signal?.addEventListener('abort', stop);
    child.on('error', () => end(undefined, true));
    child.on('close', (status) => end(status ?? undefined, false));
  });
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // The group has ended already.
  }
}

/**
 * The environment of this process, with two changes. Development dependencies are always installed, also with NODE_ENV=production.
 * pnpm does not check before each script that the whole workspace is installed, because only a part of it is.
 */
function environment(): NodeJS.ProcessEnv {
  const { NODE_ENV: _, ...rest } = process.env;
  return {
    ...rest,
    npm_config_verify_deps_before_run: 'false',
    pnpm_config_verify_deps_before_run: 'false',
  };
}

/** The last lines of an output, in which a build reports its error. */
export function tailOf(output: string, lines = 40): string {
  return output.trimEnd().split('\n').slice(-lines).join('\n');
}
