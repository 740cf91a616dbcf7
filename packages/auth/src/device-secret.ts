/**
 * The secret of the device tokens, kept in a file, so that a restart of the server does not forget the devices.
 *
 * A missing file is made with mode 0600, and appears as a whole: a process that starts at the same time reads the same secret. The
 * file is watched. A new secret in it ends all device tokens made with the old one; if the new content cannot be used, the old
 * secret stays in use. Proven by: test/device-secret.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, rmSync, writeFileSync } from 'node:fs';
import type { Clock } from '@sallyport/core';
import { callSafely } from './call-safely.ts';
import { requireKnown } from './check-options.ts';
import { systemClock } from './clock.ts';
import { describeFileProblem } from './file-problem.ts';
import { isExposed } from './private-file.ts';
import { WatchedFile } from './watched-file.ts';

/** Options of `deviceSecret`. */
export interface DeviceSecretOptions {
  /** Called when the file has changed and its secret counts from now on. All device tokens made before are void. */
  readonly onChanged?: () => void;
  /** Called when the file has changed and has a problem, with one line for the operator. */
  readonly onProblem?: (problem: string) => void;
  /** The clock for the looks at the file. Default: the system's. */
  readonly clock?: Clock;
}

/** The secret of the device tokens, for `deviceTokens`. */
export interface DeviceSecret {
  /** The secret that counts now, 32 bytes or more. */
  readonly secret: Uint8Array;
  /** Why the secret was not kept, or not kept well, at the start: one line for the operator. Absent if all is well. */
  readonly problem?: string;
  /** Reads the file now. Resolves when that is done. Never rejects. */
  reload(): Promise<void>;
  /** Ends the watch of the file. The last secret stays in use. */
  close(): void;
}

const BYTES = 32;
const MODE = 0o600;

/**
 * Reads the secret from this file, and makes the file if it is missing. If the file cannot be read or made, the
 * secret is a random one that only this process knows, and `problem` says why. Throws only a `UsageError`, for an option that is not
 * known.
 */
export function deviceSecret(path: string, options: DeviceSecretOptions = {}): DeviceSecret {
  requireKnown('deviceSecret', options, { onChanged: true, onProblem: true, clock: true });
  let secret: Uint8Array | undefined;
  let problem: string | undefined;
  let file: WatchedFile | undefined;
  const failed = (text: string) => {
    if (secret === undefined) problem = `${text}: a restart forgets which devices have signed in before`;
    else callSafely(() => options.onProblem?.(`${text}; the secret that was read before stays in use`));
  };
  const read = (content: Buffer) => {
    const bytes = Buffer.from(content.toString('latin1').trim(), 'base64url');
    if (bytes.length < BYTES) {
      failed(`${path} does not hold ${BYTES} bytes in base64url`);
      return;
    }
    const isStart = secret === undefined;
    const isOther = secret !== undefined && !bytes.equals(secret);
    secret = bytes;
    const exposure = exposureOf(path);
    if (isStart) problem = exposure;
    else if (exposure !== undefined) callSafely(() => options.onProblem?.(exposure));
    if (isOther) callSafely(() => options.onChanged?.());
  };
  try {
    make(path);
    file = new WatchedFile(path, options.clock ?? systemClock, {
      read,
      failed: (error) => failed(`${path} ${describeFileProblem(error, 'be used')}`),
    });
  } catch (error) {
    failed(`${path} ${describeFileProblem(error, 'be used')}`);
  }
  secret ??= randomBytes(BYTES);
  return {
    get secret() {
      // Finds a change that the system reports no event for; it counts from the next call.
      void file?.refresh();
      return secret as Uint8Array;
    },
    ...(problem !== undefined && { problem }),
    reload: async () => file?.reload(),
    close: () => file?.close(),
  };
}

/** Does nothing if the file exists. */
function make(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, `${randomBytes(BYTES).toString('base64url')}\n`, {
      mode: MODE,
      flag: 'wx',
      flush: true,
    });
    // Unlike a rename, a link does not replace a file that another process has made meanwhile.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function exposureOf(path: string): string | undefined {
  return isExposed(path)
    ? `${path} can be read by other users of this machine: its mode should be 0600`
    : undefined;
}
