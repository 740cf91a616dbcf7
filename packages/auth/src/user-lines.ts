/**
 * The lines of a user file: `name:hash`, blank lines, and comments that begin with `#`.
 *
 * What follows a second colon on a line is ignored, as nginx and Apache do it: no hash has a colon. This file reads text only. A line
 * that cannot be read is a problem with a line number, and the other lines count. The problem never shows the line: it may hold a
 * password. Proven by: test/user-lines.test.ts.
 */
import { readHash, type StoredHash } from './stored-hash.ts';

/** Longest name, in bytes of UTF-8. */
const NAME_BYTES = 256;
/** Longest password, in bytes of UTF-8, as in OpenSSH. */
export const PASSWORD_BYTES = 1024;

/** A line of a user file that cannot be read. */
export interface LineProblem {
  /** Line number, from 1. */
  readonly line: number;
  /** One sentence for the operator. Never has a password or a hash in it. */
  readonly problem: string;
}

export interface UserLine {
  /** Line number, from 1. */
  readonly line: number;
  readonly hash: StoredHash;
}

export interface UserLines {
  /** By name, in the order of the file. */
  readonly users: ReadonlyMap<string, UserLine>;
  readonly problems: readonly LineProblem[];
}

/** Never throws. Lines may end in LF or CRLF. The first of two lines with one name counts, as in Apache. */
export function readUserLines(text: string): UserLines {
  const users = new Map<string, UserLine>();
  const problems: LineProblem[] = [];
  for (const [index, content] of linesOf(text).entries()) {
    const line = index + 1;
    if (isBlankOrComment(content)) continue;
    const name = nameIn(content);
    const problem = name === undefined ? 'no colon: it must be name:hash' : problemOfName(name);
    if (problem !== undefined || name === undefined) {
      problems.push({ line, problem: problem ?? '' });
      continue;
    }
    const first = users.get(name);
    if (first) {
      problems.push({ line, problem: `line ${first.line} has the name ${name} already, and counts` });
      continue;
    }
    const hash = readHash(hashIn(content));
    if ('problem' in hash) problems.push({ line, problem: `the hash of ${name}: ${hash.problem}` });
    else users.set(name, { line, hash });
  }
  return { users, problems };
}

/** Lines without their ends, and without a byte order mark. */
export function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
}

function isBlankOrComment(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

/** The name on a line, if it has one. */
export function nameIn(line: string): string | undefined {
  const colon = line.indexOf(':');
  return colon < 0 || isBlankOrComment(line) ? undefined : line.slice(0, colon);
}

/** The text between the first colon and the second, or the end of the line. */
export function hashIn(line: string): string {
  const [, hash = ''] = line.split(':', 2);
  return hash.trimEnd();
}

/** Why no user can have this name, in a file or a token; `undefined` for a good name. */
export function problemOfAnyName(name: string): string | undefined {
  if (name === '') return 'the name is empty';
  if (Buffer.byteLength(name) > NAME_BYTES) return `the name has more than ${NAME_BYTES} bytes`;
  // As in the protocols (PROTOCOL.md, section 2).
  return /\p{Cc}/u.test(name) ? 'the name has control characters' : undefined;
}

/** Why no user in a file can have this name, as one clause for a person; `undefined` for a good name. */
export function problemOfName(name: string): string | undefined {
  const problem = problemOfAnyName(name);
  if (problem !== undefined) return problem;
  // A decoder replaces bytes that are not UTF-8 by this character.
  if (name.includes('\ufffd')) return 'the name is not in UTF-8';
  if (name.includes(':')) return 'the name has a colon';
  if (name.startsWith('#')) return 'the name begins with #, as comments do';
  if (name !== name.trim()) return 'the name begins or ends with white space';
  return undefined;
}
