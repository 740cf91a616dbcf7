/** What Linux tells of processes: their children, their processor time and their memory. Proven by: test/campaign.test.ts. */
import { readFileSync } from 'node:fs';

/** The clock ticks of a second, in which Linux counts processor time. It is 100 on every platform that Node has binaries for. */
const TICKS = 100;

/** A process, and what it has used. */
export interface Usage {
  readonly pid: number;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** A process and its children, without those that have ended. Empty where there is no `/proc`. */
export function familyOf(pid: number): readonly Usage[] {
  const own = usageOf(pid);
  return own ? [own, ...childrenOf(pid).flatMap((child) => usageOf(child) ?? [])] : [];
}

/** The children of a process: those that its main thread has started. */
export function childrenOf(pid: number): readonly number[] {
  const text = textOf(`/proc/${pid}/task/${pid}/children`);
  return text?.trim() ? text.trim().split(' ').map(Number) : [];
}

function usageOf(pid: number): Usage | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  const resident = textOf(`/proc/${pid}/status`)?.match(/^VmRSS:\s+(\d+) kB$/m);
  // A process that has ended and that its parent has not asked about has no memory.
  if (!stat || !resident) return undefined;
  // Behind the name of the program, which may have spaces: state, parent, and so on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    residentBytes: Number(resident[1]) * 1_024,
  };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
