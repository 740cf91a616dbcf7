/**
 * How many connections the process has room for: each takes a file, and the system allows a process only so many.
 *
 * Read at the start. Node itself has raised the soft limit to the hard one by then. Proven by: test/file-limit.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Limits } from '@sallyport/core';
import type { SourcedOption } from './option-source.ts';
import { Refusal } from './refusal.ts';

export interface Files {
  /** Infinity where nobody knows, or there is no limit. */
  readonly most: number;
  readonly open: number;
}

/** For what a server opens now and then, besides connections: the files of users and keys, a look-up of a name. */
const SPARE = 16;
/** Where the system does not list them: what a server has open before the first connection. */
const ABOUT_OPEN = 40;

/** Throws a `Refusal` if more is asked for than there are files. */
export function connectionsLimit(
  asked: SourcedOption<number> | undefined,
  files = findFiles(),
): Pick<Limits, 'connections'> {
  const room = Math.max(1, files.most - files.open - SPARE);
  if (asked && asked.value > room)
    throw new Refusal(
      `${asked.by} ${asked.value} is too many: this process may open ${files.most} files, which is enough for ${room} connections; raise that (ulimit -n), or ask for less`,
    );
  return { connections: asked?.value ?? Math.min(room, Math.floor(0.8 * files.most)) };
}

export function findFiles(): Files {
  return { most: mostFiles(), open: countOpen() };
}

function mostFiles(): number {
  const soft = /^Max open files +(\S+)/m.exec(contentOf('/proc/self/limits'))?.[1] ?? reported();
  return soft === undefined || soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

/** As Node says it in its diagnostic report, where there is no /proc. */
function reported(): number | string | undefined {
  const report = process.report?.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  return report?.userLimits?.open_files?.soft;
}

function countOpen(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return ABOUT_OPEN;
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
