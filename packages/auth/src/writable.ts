/** Whether a file may be replaced, by its own word: root may write everything, and a mode of 0444 still means no. */
import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const ANY_WRITE_BIT = 0o222;

export async function isWritable(path: string): Promise<boolean> {
  try {
    const file = await realpath(path);
    await access(file, constants.W_OK);
    await access(dirname(file), constants.W_OK);
    return ((await stat(file)).mode & ANY_WRITE_BIT) !== 0;
  } catch {
    return false;
  }
}
