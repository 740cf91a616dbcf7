/**
 * The password file: an authenticator over lines of `name:hash`, as Apache's `htpasswd -B` and `users.ts` write them.
 *
 * No answer shows which users exist. For an unknown name, a password is verified against a decoy of the same cost as the hashes of
 * the file (`decoys.ts`). The same happens for an empty or too long password, and every refusal has a minimum delay. The file is read
 * again when it changes; sessions do not notice. The number of guesses is bounded elsewhere (`throttled.ts`). Proven by:
 * test/password-file.test.ts, test/enumeration.test.ts.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  type Authenticator,
  accept,
  type Clock,
  overload,
  refuse,
  type Verdict,
  type VerificationContext,
} from '@sallyport/core';
import type { Identity, PasswordCredentials } from '@sallyport/protocol';
import { callSafely } from './call-safely.ts';
import { requireKnown, requireNumber } from './check-options.ts';
import { systemClock } from './clock.ts';
import { Decoys } from './decoys.ts';
import { BCRYPT_BYTES, type VerifyHash, verifyHash } from './hashing.ts';
import { isKnown } from './known-contexts.ts';
import { MINIMUM_DELAY_MS, reachMinimumDelay } from './minimum-delay.ts';
import { defaultConcurrency, Semaphore } from './semaphore.ts';
import type { StoredHash } from './stored-hash.ts';
import { brokenFile, type UserFileProblem, unusableFile } from './user-file-error.ts';
import { PASSWORD_BYTES, problemOfName, readUserLines, type UserLine } from './user-lines.ts';
import { upgradeHash } from './users.ts';
import { WatchedFile } from './watched-file.ts';
import { isWritable } from './writable.ts';

/** Options of `passwordFile`. */
export interface PasswordFileOptions {
  /** Called for each line that cannot be read, each time the file is read, and for each other problem with the file. */
  readonly onProblem?: (problem: UserFileProblem) => void;
  /** Called when the file was read again after a change, with the number of its users. */
  readonly onRead?: (users: number) => void;
  /** Called when the weak hash of this user was replaced in the file. */
  readonly onUpgraded?: (user: string) => void;
  /**
   * Whether a weak hash is replaced in the file when its user signs in. Default true; a file that this process may not write stays as
   * it is. After a replacement has failed, the next is tried only when the file has changed.
   */
  readonly upgrade?: boolean;
  /** Milliseconds that a refusal takes at least: a whole number, 0 for no delay. Default 300. */
  readonly minimumDelayMs?: number;
  /**
   * Hashes verified at once: a whole number, at least 1. Default: the number of cores, at most the threads of libuv's pool less one.
   */
  readonly concurrency?: number;
  /**
   * Attempts that wait for their verification: a whole number, at least 0. Default 32. Past it an attempt is answered with
   * `overload()`. Half as many more may wait whose device or address has signed in to the account before (`throttled` marks
   * them), and they go first.
   */
  readonly queue?: number;
  /** The clock for delays and looks at the file. Default: the system's. */
  readonly clock?: Clock;
  /** For tests: verifies a password against a hash. Default: the native libraries. */
  readonly verify?: VerifyHash;
}

const optionNames = {
  onProblem: true,
  onRead: true,
  onUpgraded: true,
  upgrade: true,
  minimumDelayMs: true,
  concurrency: true,
  queue: true,
  clock: true,
  verify: true,
} as const;

/** An authenticator over a password file. */
export interface PasswordFile extends Authenticator {
  /** Number of users who can sign in now. */
  readonly users: number;
  /**
   * A text that changes when the stored hash of the user does, and shows nothing of it. `undefined` for a user that is not in the
   * file. For `deviceTokens`.
   */
  hashTag(user: string): string | undefined;
  /** Whether the user is in the file now. */
  stillValid(identity: Identity): Promise<boolean>;
  /** Reads the file now, if it has changed. Resolves when that is done. Never rejects. */
  reload(): Promise<void>;
  /** Ends the watch of the file. The users that were read last can still sign in. */
  close(): void;
}

/** Verified in the place of a password that is empty or too long. */
const NO_PASSWORD = 'no password';

/**
 * Reads the file and watches it. Throws a `UserFileError` if the file or a line in it cannot be read. Later a line that cannot be read
 * is reported, and the other lines count. Throws a `UsageError` for an option that is not known or does not fit.
 */
export function passwordFile(path: string, options: PasswordFileOptions = {}): PasswordFile {
  const {
    clock = systemClock,
    minimumDelayMs = MINIMUM_DELAY_MS,
    upgrade = true,
    verify = verifyHash,
  } = options;
  const { concurrency = defaultConcurrency(), queue = 32 } = options;
  requireKnown('passwordFile', options, optionNames);
  requireNumber('minimumDelayMs', minimumDelayMs, 0);
  requireNumber('concurrency', concurrency, 1);
  requireNumber('queue', queue, 0);
  const slots = new Semaphore(concurrency, queue, Math.ceil(queue / 2));
  const upgrading = new Set<string>();
  const decoyKey = randomBytes(32);
  let users: ReadonlyMap<string, UserLine> = new Map();
  let decoys = new Decoys([], decoyKey);
  let isStarting = true;
  /** A replacement of a weak hash has failed since the file was read. */
  let isUpgradeFailed = false;

  const report = (problem: string, line?: number) =>
    callSafely(() => options.onProblem?.({ file: path, problem, ...(line !== undefined && { line }) }));

  const file = watched(path, clock, {
    read(content) {
      const read = readUserLines(content.toString());
      if (isStarting && read.problems.length > 0) throw brokenFile(path, read.problems);
      users = read.users;
      isUpgradeFailed = false;
      decoys = new Decoys(
        [...users.values()].map(({ hash }) => hash.cost),
        decoyKey,
      );
      for (const { line, problem } of read.problems)
        report(`${problem}; the other lines count, but the server would not start with this line`, line);
      if (!isStarting) callSafely(() => options.onRead?.(users.size));
    },
    failed: (error) =>
      callSafely(() =>
        options.onProblem?.({
          file: path,
          problem: `${unusableFile('it', error).message}; the users that were read before can still sign in`,
          isUnusable: true,
        }),
      ),
  });
  isStarting = false;

  const authenticate = async (
    { username, password }: PasswordCredentials,
    context: VerificationContext,
  ): Promise<Verdict> => {
    const began = clock.now();
    await file.refresh();
    const entered = slots.enter(context, isKnown(context));
    const entry = typeof entered === 'string' ? entered : await entered;
    // Also for an attempt that was abandoned in the queue: it was not verified.
    if (entry !== 'in') return overload();
    const user = users.get(username);
    const isOfSize =
      problemOfName(username) === undefined &&
      password !== '' &&
      Buffer.byteLength(password) <= PASSWORD_BYTES;
    // Made for users that exist too, since it takes time.
    const decoy = decoys.of(username);
    let isRight = false;
    try {
      isRight = await verify(user?.hash ?? decoy, isOfSize ? password : NO_PASSWORD);
    } catch {
      report(`the hash of ${username} cannot be verified`, user?.line);
    } finally {
      slots.leave();
    }
    if (user && isOfSize && isRight) {
      if (user.hash.isWeak) void upgradeWeakHash(username, user.hash, password);
      return accept(username);
    }
    await reachMinimumDelay(clock, minimumDelayMs, began);
    return refuse();
  };

  /** Only if a slot is free: the next sign-in of the user does as well. */
  const upgradeWeakHash = async (name: string, old: StoredHash, password: string) => {
    // Bcrypt ignores the bytes past its limit, so they may be wrong.
    const isWholeVerified = old.scheme !== 'bcrypt' || Buffer.byteLength(password) <= BCRYPT_BYTES;
    if (!upgrade || !isWholeVerified || isUpgradeFailed || upgrading.has(name)) return;
    upgrading.add(name);
    try {
      if (!(await isWritable(path)) || !slots.enterIfFree()) return;
      const isDone = await upgradeHash(path, name, old, password).finally(() => slots.leave());
      if (isDone) callSafely(() => options.onUpgraded?.(name));
    } catch (error) {
      // Each try costs a hash, and the next would fail for the same reason.
      isUpgradeFailed = true;
      report(
        `the weak hash of ${name} could not be replaced: ${unusableFile('the file', error).message}; no weak hash is replaced until the file changes`,
      );
    } finally {
      upgrading.delete(name);
    }
  };

  const answer = (credentials: Parameters<Authenticator>[0], context: VerificationContext) =>
    credentials.type === 'password' ? authenticate(credentials, context) : refuse();
  return Object.defineProperties(answer as PasswordFile, {
    users: { get: () => users.size },
    hashTag: {
      value: (user: string) => {
        const text = users.get(user)?.hash.text;
        return text === undefined ? undefined : createHash('sha256').update(text).digest('base64url');
      },
    },
    stillValid: {
      async value({ user }: Identity) {
        await file.refresh();
        return users.has(user);
      },
    },
    reload: { value: () => file.reload() },
    close: { value: () => file.close() },
  });
}

function watched(
  path: string,
  clock: Clock,
  reader: ConstructorParameters<typeof WatchedFile>[2],
): WatchedFile {
  try {
    return new WatchedFile(path, clock, reader);
  } catch (error) {
    throw unusableFile(path, error);
  }
}
