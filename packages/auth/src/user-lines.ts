/**
 * The lines of a user file: `name:hash`, blank ones, and comments that begin with `#`.
 *
 * Only text is looked at, no file. A line that cannot be read is a problem with its number, and the others count; what
 * stands in it is never repeated, for it may be a password. Proven by: test/user-lines.test.ts.
 */
import { readHash, type StoredHash } from './stored-hash.ts';

/** Of a name, in bytes of UTF-8. */
const NAME_BYTES = 256;
/** Of a password, in bytes of UTF-8 (OpenSSH takes as many). */
export const PASSWORD_BYTES = 1024;

export interface LineProblem {
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

export interface UserLine {
  /** From 1. */
  readonly line: number;
  readonly hash: StoredHash;
}

export interface UserLines {
  /** By name, in the order of the file. */
  readonly users: ReadonlyMap<string, UserLine>;
  readonly problems: readonly LineProblem[];
}

/** Never throws. Lines may end in LF or CRLF. Of two lines for one name the first counts, as in Apache. */
export function readUserLines(text: string): UserLines {
  const users = new Map<string, UserLine>();
  const problems: LineProblem[] = [];
  for (const [index, content] of linesOf(text).entries()) {
    const line = index + 1;
    if (isNoUser(content)) continue;
    const name = nameIn(content);
    const problem = name === undefined ? 'no colon: it must be name:hash' : problemOfName(name);
    if (problem !== undefined || name === undefined) {
      problems.push({ line, problem: problem ?? '' });
      continue;
    }
    const first = users.get(name);
    if (first) {
      problems.push({
        line,
        problem: `${name} stands on line ${first.line} already, which is the one that counts`,
      });
      continue;
    }
    const hash = readHash(hashIn(content));
    if ('problem' in hash) problems.push({ line, problem: `the hash of ${name}: ${hash.problem}` });
    else users.set(name, { line, hash });
  }
  return { users, problems };
}

/** Without their ends; a byte order mark at the start is none of the first. */
export function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
}

function isNoUser(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

/** The name on a line, if it has one. */
export function nameIn(line: string): string | undefined {
  const colon = line.indexOf(':');
  return colon < 0 || isNoUser(line) ? undefined : line.slice(0, colon);
}

/** What follows the first colon. */
export function hashIn(line: string): string {
  return line.slice(line.indexOf(':') + 1).trimEnd();
}

/** Why nobody can have this name, wherever it stands; or nothing. */
export function problemOfAnyName(name: string): string | undefined {
  if (name === '') return 'the name is empty';
  if (Buffer.byteLength(name) > NAME_BYTES) return `the name has more than ${NAME_BYTES} bytes`;
  // As the protocols have it (PROTOCOL.md, section 2).
  return /\p{Cc}/u.test(name) ? 'the name has control characters' : undefined;
}

/** Why nobody can have this name in a file, or nothing. */
export function problemOfName(name: string): string | undefined {
  const problem = problemOfAnyName(name);
  if (problem !== undefined) return problem;
  // What a decoder puts in the place of bytes that are no UTF-8.
  if (name.includes('\ufffd')) return 'the name is not in UTF-8';
  if (name.includes(':')) return 'the name has a colon';
  if (name.startsWith('#')) return 'the name begins with #, as comments do';
  if (name !== name.trim()) return 'the name begins or ends with white space';
  return undefined;
}
