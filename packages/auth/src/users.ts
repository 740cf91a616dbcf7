/**
 * Edits a user file, for `sallyport users` and for the replacement of weak hashes.
 *
 * The rest of the file stays as it is: comments, order, line ends, lines that cannot be read. No error has a password or a hash in it. Proven by: test/users.test.ts.
 */
import { readFile } from 'node:fs/promises';
import { hashPassword, verifyHash } from './hashing.ts';
import { replaceFile } from './replace-file.ts';
import type { StoredHash } from './stored-hash.ts';
import { UserFileError, unusableFile } from './user-file-error.ts';
import {
  hashIn,
  type LineProblem,
  linesOf,
  nameIn,
  PASSWORD_BYTES,
  problemOfName,
  readUserLines,
} from './user-lines.ts';

/** A user in the result of `list`. */
export interface UserListing {
  /** The name before the first colon. */
  readonly name: string;
  /** The family of the hash. */
  readonly scheme: StoredHash['scheme'];
  /** Weaker than OWASP asks for: replaced at the next sign-in, if the server may write the file. */
  readonly isWeak: boolean;
  /** Line number, from 1. */
  readonly line: number;
}

/** Reads and edits one user file. Every method rejects with a `UserFileError` only. */
export interface Users {
  /** Adds a user, and makes the file with mode 0600 if it is missing. Rejects if the user exists. */
  add(name: string, password: string): Promise<void>;
  /** Sets a new password, also where the hash of the line cannot be read. Rejects if the user does not exist. */
  setPassword(name: string, password: string): Promise<void>;
  /** Removes all lines of this name. Rejects if there is none. */
  remove(name: string): Promise<void>;
  /** The users who can sign in, in the order of the file, and the lines that cannot be read. */
  list(): Promise<{ users: readonly UserListing[]; problems: readonly LineProblem[] }>;
  /** Whether this user can sign in with this password. */
  verify(name: string, password: string): Promise<boolean>;
}

/** Opens no file: each method reads it anew. `file` is the path. */
export function users(file: string): Users {
  return {
    async add(name, password) {
      const problem = problemOfName(name);
      if (problem !== undefined) throw new UserFileError('badName', file, `: ${problem}`);
      const hash = await newHash(file, password);
      await replaceFile(file, (content) => {
        if (has(content, name))
          throw new UserFileError('userExists', file, `: there is a user ${name} already`);
        const isWhole = content === '' || content.endsWith('\n');
        return `${content}${isWhole ? '' : '\n'}${name}:${hash}\n`;
      });
    },

    async setPassword(name, password) {
      await mustHave(file, name);
      const hash = await newHash(file, password);
      await replaceFile(file, (content) => {
        if (!has(content, name)) throw noSuchUser(file, name);
        return withHash(content, name, hash);
      });
    },

    async remove(name) {
      await mustHave(file, name);
      await replaceFile(file, (content) => {
        if (!has(content, name)) throw noSuchUser(file, name);
        return content
          .split('\n')
          .filter((line) => nameIn(bare(line)) !== name)
          .join('\n');
      });
    },

    async list() {
      const { users, problems } = readUserLines(await contentOf(file));
      const listed = [...users].map(([name, { hash, line }]) => ({
        name,
        scheme: hash.scheme,
        isWeak: hash.isWeak,
        line,
      }));
      return { users: listed, problems };
    },

    async verify(name, password) {
      const user = readUserLines(await contentOf(file)).users.get(name);
      const isOfSize = password !== '' && Buffer.byteLength(password) <= PASSWORD_BYTES;
      return user !== undefined && isOfSize && (await verifyHash(user.hash, password));
    },
  };
}

/** Replaces the hash `old` by a new one of the same password, unless it has been changed meanwhile. */
export async function upgradeHash(
  file: string,
  name: string,
  old: StoredHash,
  password: string,
): Promise<boolean> {
  const hash = await hashPassword(password);
  return replaceFile(file, (content) =>
    readUserLines(content).users.get(name)?.hash.text === old.text
      ? withHash(content, name, hash)
      : undefined,
  );
}

/** Changes the first line of the name, which is the one that counts. What follows the hash stays. */
function withHash(content: string, name: string, hash: string): string {
  let isDone = false;
  const lines = content.split('\n').map((line) => {
    if (isDone || nameIn(bare(line)) !== name) return line;
    isDone = true;
    const start = line.indexOf(':') + 1;
    return `${line.slice(0, start)}${hash}${line.slice(start + hashIn(line).length)}`;
  });
  return lines.join('\n');
}

function has(content: string, name: string): boolean {
  return linesOf(content).some((line) => nameIn(line) === name);
}

/** Checks before the password is hashed. */
async function mustHave(file: string, name: string): Promise<void> {
  if (!has(await contentOf(file), name)) throw noSuchUser(file, name);
}

function noSuchUser(file: string, name: string): UserFileError {
  return new UserFileError('noSuchUser', file, `: there is no user ${name}`);
}

/** The line as `linesOf` returns it. */
function bare(line: string): string {
  return line.replace(/^\ufeff/, '').replace(/\r$/, '');
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unusableFile(file, error);
  }
}

async function newHash(file: string, password: string): Promise<string> {
  if (password === '') throw new UserFileError('badPassword', file, ': the password is empty');
  if (Buffer.byteLength(password) > PASSWORD_BYTES)
    throw new UserFileError('badPassword', file, `: the password has more than ${PASSWORD_BYTES} bytes`);
  return hashPassword(password);
}
