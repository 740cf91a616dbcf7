/**
 * The secret of the device tokens, kept in a file, so that a restart of the server does not forget the devices.
 *
 * The file is made with mode 0600 if it is not there, and as a whole: a process that starts at the same time sees no half of it, and
 * both have the same secret. Proven by: test/device-secret.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

export interface DeviceSecret {
  readonly secret: Uint8Array;
  /** Why the secret is not kept, or not kept well; one line for an operator. Absent if all is well. */
  readonly problem?: string;
}

const BYTES = 32;
const MODE = 0o600;
const OTHERS = 0o077;

/** Never throws: where the file cannot be read or made, the secret is a new one that only this process knows. */
export function deviceSecret(path: string): DeviceSecret {
  try {
    make(path);
    return read(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return unkept(`${path} cannot be used (${code})`);
  }
}

/** Does nothing if there is one. */
function make(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, `${randomBytes(BYTES).toString('base64url')}\n`, {
      mode: MODE,
      flag: 'wx',
      flush: true,
    });
    // Unlike a rename, a link does not replace what another process has made meanwhile.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(path: string): DeviceSecret {
  const secret = Buffer.from(readFileSync(path, 'latin1').trim(), 'base64url');
  if (secret.length < BYTES) return unkept(`${path} does not hold ${BYTES} bytes in base64url`);
  const { mode } = lstatSync(path);
  return (mode & OTHERS) === 0 || process.platform === 'win32'
    ? { secret }
    : { secret, problem: `${path} can be read by other users of this machine: its mode should be 0600` };
}

function unkept(why: string): DeviceSecret {
  return {
    secret: randomBytes(BYTES),
    problem: `${why}: a restart forgets which devices have signed in before`,
  };
}
