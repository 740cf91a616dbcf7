/**
 * The number of connections that the process has file descriptors for. Each connection takes one.
 *
 * It is computed at startup. Node has raised the soft limit to the hard limit by then. Proven by: test/file-limit.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Limits } from '@sallyport/core';
import type { OptionValue } from './option-source.ts';
import { StartupError } from './startup-error.ts';

export interface FileDescriptors {
  /** How many the process may have open. `Infinity` if there is no limit, or if the system does not report it. */
  readonly limit: number;
  /** How many are open now. */
  readonly open: number;
}

/** Descriptors kept free for files that the server opens later: users, keys, name lookups. */
const RESERVED = 16;
/** Used where the system does not list open descriptors: about what a server has open before the first connection. */
const ESTIMATED_OPEN = 40;

/** Throws a `StartupError` if the operator requests more connections than there are descriptors. */
export function connectionsLimit(
  requested: OptionValue<number> | undefined,
  files = fileDescriptors(),
): Pick<Limits, 'connections'> {
  const available = Math.max(1, files.limit - files.open - RESERVED);
  if (requested && requested.value > available)
    throw new StartupError(
      `${requested.name} ${requested.value} is too high: this process may open ${files.limit} files, enough for ${available} connections; raise the limit (ulimit -n) or lower the number`,
    );
  return { connections: requested?.value ?? Math.min(available, Math.floor(0.8 * files.limit)) };
}

export function fileDescriptors(): FileDescriptors {
  return { limit: descriptorLimit(), open: countOpen() };
}

function descriptorLimit(): number {
  const soft = /^Max open files +(\S+)/m.exec(readIfPresent('/proc/self/limits'))?.[1] ?? limitFromReport();
  return soft === undefined || soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

/** From Node's diagnostic report, for systems without /proc. */
function limitFromReport(): number | string | undefined {
  const report = process.report?.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  return report?.userLimits?.open_files?.soft;
}

function countOpen(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return ESTIMATED_OPEN;
  }
}

function readIfPresent(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
