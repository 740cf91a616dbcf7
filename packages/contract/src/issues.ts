/**
 * The issues of a schema, bounded in number and size, so that an answer with them stays small whatever a client sends.
 *
 * An issue keeps its message and its path. A library may add the value or the schema to it: those are left out.
 * Proven by: test/issues.test.ts.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';

/** A reason why a value does not fit a schema. */
export interface Issue {
  /** The names and indexes that lead from the value to the wrong part. At most 16, each of at most 64 characters. Empty: the value itself. */
  readonly path: readonly (string | number)[];
  /** The text of the schema's library, at most 256 characters. */
  readonly message: string;
}

/** Issues of one value, as an error carries them in its `data`. */
export interface Issues {
  /** The first 16 issues. */
  readonly issues: readonly Issue[];
  /** How many more issues there were. Absent if there were none. */
  readonly omitted?: number;
}

const MOST_ISSUES = 16;
const LONGEST_PATH = 16;
const LONGEST_KEY = 64;
const LONGEST_MESSAGE = 256;

/** The first issues that a schema reported, each cut to its bounds. */
export function boundedIssues(issues: readonly StandardSchemaV1.Issue[]): Issues {
  const first = issues.slice(0, MOST_ISSUES).map(({ message, path = [] }) => ({
    // A library may have an array class of its own.
    path: Array.from(path.slice(0, LONGEST_PATH), keyOf),
    message: cut(String(message), LONGEST_MESSAGE),
  }));
  const omitted = issues.length - first.length;
  return omitted > 0 ? { issues: first, omitted } : { issues: first };
}

/** One issue of a value that no schema had to check. */
export function singleIssue(message: string): Issues {
  return { issues: [{ path: [], message }] };
}

/** The first issue as a text for people, such as `room: Expected string`. */
export function firstIssue({ issues }: Issues): string {
  const [first] = issues;
  if (!first) return 'the schema gave no reason';
  const path = first.path.join('.');
  // Some libraries name the path in the text.
  return first.message.startsWith(path) ? first.message : `${path}: ${first.message}`;
}

/** Where the first issue is, such as ` at user.name`. Empty for the value itself. */
export function firstPlace({ issues }: Issues): string {
  const path = issues[0]?.path.join('.');
  return path ? ` at ${path}` : '';
}

function keyOf(segment: PropertyKey | StandardSchemaV1.PathSegment): string | number {
  const key = typeof segment === 'object' ? segment.key : segment;
  return typeof key === 'number' ? key : cut(String(key), LONGEST_KEY);
}

/** Cuts a text, and leaves no half of a surrogate pair at its end. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = text.charCodeAt(longest - 1);
  return text.slice(0, end >= 0xd800 && end < 0xdc00 ? longest - 1 : longest);
}
