/**
 * Whether a file keeps a secret from the other users of the machine. It is an entry of its own of this package, because a server needs it
 * also where it has no users. Proven by: test/private-file.test.ts, test/device-secret.test.ts.
 *
 * The owner alone may have access. There is one exception: a file of root may be readable for its group. Kubernetes mounts secrets so
 * (`fsGroup`), and systemd passes credentials so.
 */
import { type Stats, statSync } from 'node:fs';

const OTHERS = 0o007;
const GROUP = 0o070;
const GROUP_CHANGES = 0o030;

/** Whether users other than the owner can read or change the file. False on Windows, which has no such modes. Throws what `statSync` throws. */
export function isExposed(path: string): boolean {
  return process.platform !== 'win32' && isExposedMode(statSync(path), process.getuid?.() ?? 0);
}

/** The same, of the owner and the mode of a file, for a process of the user `uid`. */
export function isExposedMode({ mode, uid: owner }: Pick<Stats, 'mode' | 'uid'>, uid: number): boolean {
  const belongsToRoot = owner === 0 && uid !== 0;
  return (mode & (OTHERS | (belongsToRoot ? GROUP_CHANGES : GROUP))) !== 0;
}
