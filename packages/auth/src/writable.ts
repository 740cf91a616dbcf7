/**
 * Whether this process may replace a file and keep its owner. A mode without write bits means no, also for root. Proven by:
 * test/users.test.ts, test/password-file.test.ts.
 */
import { constants, type Stats } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const ANY_WRITE_BIT = 0o222;

export async function isWritable(path: string): Promise<boolean> {
  try {
    const file = await realpath(path);
    await access(file, constants.W_OK);
    await access(dirname(file), constants.W_OK);
    const stats = await stat(file);
    return (stats.mode & ANY_WRITE_BIT) !== 0 && canKeepOwner(stats);
  } catch {
    return false;
  }
}

/** Whether this process may make a file that belongs to the same user and group. */
export function canKeepOwner({ uid, gid }: Pick<Stats, 'uid' | 'gid'>): boolean {
  // Windows has neither.
  if (!process.geteuid || process.geteuid() === 0) return true;
  return uid === process.geteuid() && (gid === process.getegid?.() || !!process.getgroups?.().includes(gid));
}
