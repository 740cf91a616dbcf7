/** The two cores of all measurements: one for the server, one for the load generator. */
import { readFileSync } from 'node:fs';

export interface Cores {
  readonly server: number;
  readonly generator: number;
}

/** The first two cores that this process may use. Undefined with fewer cores or without Linux's `taskset`: figures would mean little. */
export function findCores(): Cores | undefined {
  const [server, generator] = allowed();
  return server === undefined || generator === undefined ? undefined : { server, generator };
}

function allowed(): readonly number[] {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(status)?.[1] ?? '';
    return list.split(',').flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
  } catch {
    return [];
  }
}

/** Connections that one process can hold, with room for its other open files. */
export function connectionsPerProcess(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const files = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 1_024);
  return Math.min(18_000, files - 1_000);
}
