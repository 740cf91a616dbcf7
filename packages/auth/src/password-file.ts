/**
 * The password file: an authenticator over lines of `name:hash`, as Apache's `htpasswd -B` and `users.ts` write them.
 *
 * Nothing of an answer tells who exists. Whoever is unknown is verified against a decoy that costs what the file's own
 * hashes cost (`decoys.ts`), whoever offers nothing or too much likewise, and every refusal is held to a floor. Sessions do not notice that the file
 * is read anew. Never here: how often somebody may try (`throttled.ts`). Proven by: test/password-file.test.ts,
 * test/enumeration.test.ts.
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
import type { PasswordCredentials } from '@sallyport/protocol';
import { callSafely } from './call-safely.ts';
import { requireNumber } from './check-options.ts';
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

export interface PasswordFileOptions {
  /** Told of each line that cannot be read, whenever the file is, and of all else that goes wrong with it. */
  readonly onProblem?: (problem: UserFileProblem) => void;
  /** It has changed, and so many users are in it now. */
  readonly onRead?: (users: number) => void;
  /** This user's weak hash was replaced in the file. */
  readonly onUpgraded?: (user: string) => void;
  /** Whether weak hashes are replaced at sign-in, where the file is writable. Default true. */
  readonly upgrade?: boolean;
  /** Milliseconds before which no refusal comes: whole, 0 for none. Default 300. */
  readonly minimumDelayMs?: number;
  /** Verifications at once: whole, at least 1. Default: the machine's cores, and fewer than libuv's pool has threads. */
  readonly concurrency?: number;
  /**
   * Verifications that wait: whole, at least 0; beyond them it is overloaded. Default 32. Half as many more may wait of those whose
   * device or address has signed in to the account before (as `throttled` finds out), and they go first.
   */
  readonly queue?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** For tests: what looks at a hash. Default: the libraries. */
  readonly verify?: VerifyHash;
}

export interface PasswordFile extends Authenticator {
  /** Users who could sign in now. */
  readonly users: number;
  /** Changes when the stored hash of the user does, and tells nothing of it; `undefined` for a user that is not in the file. */
  hashTag(user: string): string | undefined;
  /** Watches the file no more; what was read last goes on to hold. */
  close(): void;
}

/** Stands in for a password that is not looked at. */
const NO_PASSWORD = 'no password';

/** Reads the file at once: throws a `UserFileError` if that cannot be done, or if any line cannot be read. */
export function passwordFile(path: string, options: PasswordFileOptions = {}): PasswordFile {
  const {
    clock = systemClock,
    minimumDelayMs = MINIMUM_DELAY_MS,
    upgrade = true,
    verify = verifyHash,
  } = options;
  const { concurrency = defaultConcurrency(), queue = 32 } = options;
  requireNumber('minimumDelayMs', minimumDelayMs, 0);
  requireNumber('concurrency', concurrency, 1);
  requireNumber('queue', queue, 0);
  const slots = new Semaphore(concurrency, queue, Math.ceil(queue / 2));
  const upgrading = new Set<string>();
  const decoyKey = randomBytes(32);
  let users: ReadonlyMap<string, UserLine> = new Map();
  let decoys = new Decoys([], decoyKey);
  let isStarting = true;

  const tell = (problem: string, line?: number) =>
    callSafely(() => options.onProblem?.({ file: path, problem, ...(line !== undefined && { line }) }));

  const file = opened(path, clock, {
    read(content) {
      const read = readUserLines(content.toString());
      if (isStarting && read.problems.length > 0) throw brokenFile(path, read.problems);
      users = read.users;
      decoys = new Decoys(
        [...users.values()].map(({ hash }) => hash.cost),
        decoyKey,
      );
      for (const { line, problem } of read.problems)
        tell(`${problem}; the other lines count, but it would not start with this one`, line);
      if (!isStarting) callSafely(() => options.onRead?.(users.size));
    },
    failed: (error) => tell(`${unusableFile('it', error).message}; who was in it before can still sign in`),
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
    // Whoever has left in the queue was not looked at either.
    if (entry !== 'in') return overload();
    const user = users.get(username);
    const isOfSize =
      problemOfName(username) === undefined &&
      password !== '' &&
      Buffer.byteLength(password) <= PASSWORD_BYTES;
    // Also for who exists: it takes time as well.
    const decoy = decoys.of(username);
    let isRight = false;
    try {
      isRight = await verify(user?.hash ?? decoy, isOfSize ? password : NO_PASSWORD);
    } catch {
      tell(`the hash of ${username} cannot be verified`, user?.line);
    } finally {
      slots.leave();
    }
    if (user && isOfSize && isRight) {
      if (user.hash.isWeak) void bringUpToDate(username, user.hash, password);
      return accept(username);
    }
    await reachMinimumDelay(clock, minimumDelayMs, began);
    return refuse();
  };

  /** Only if nobody waits for it: the next sign-in is as good. */
  const bringUpToDate = async (name: string, old: StoredHash, password: string) => {
    // Bcrypt did not look at what is beyond, so nobody knows whether that is right.
    const isKnownWhole = old.scheme !== 'bcrypt' || Buffer.byteLength(password) <= BCRYPT_BYTES;
    if (!upgrade || !isKnownWhole || upgrading.has(name)) return;
    upgrading.add(name);
    try {
      if (!(await isWritable(path)) || !slots.enterIfFree()) return;
      const isDone = await upgradeHash(path, name, old, password).finally(() => slots.leave());
      if (isDone) callSafely(() => options.onUpgraded?.(name));
    } catch (error) {
      tell(`the weak hash of ${name} could not be replaced: ${unusableFile('the file', error).message}`);
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
    close: { value: () => file.close() },
  });
}

function opened(
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
