/**
 * JSON values of an application: the `data` of a message, and the parameters of a request (PROTOCOL.md, section 6).
 *
 * `JSON.parse` accepts values that could harm an application which copies, merges or walks them. Those are refused here.
 * Proven by: test/json-value.test.ts.
 */
import { isWellFormed } from './fields.ts';

/** The most arrays and objects inside one another. An application may walk a value by recursion, as `JSON.stringify` does. */
const MAX_DEPTH = 100;

/** A text without any of these, and too short for the depth, cannot hold a value that is refused. */
const SUSPECT = /__proto__|\\u|[eE]\+?\d{3}/;

/**
 * Whether an application may get this value. `text` is the message that the value was parsed from.
 *
 * False for more than 100 levels of arrays and objects, a field `__proto__`, a number beyond the range of a double, or an unpaired
 * surrogate.
 */
export function isSafe(value: unknown, text: string): boolean {
  return (text.length <= 2 * MAX_DEPTH && !SUSPECT.test(text)) || isSafeAt(value, 0);
}

/** Recursion is safe, because it stops at the limit. */
function isSafeAt(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isWellFormed(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((one) => isSafeAt(one, depth + 1));
  return Object.entries(value).every(
    ([name, one]) => name !== '__proto__' && isWellFormed(name) && isSafeAt(one, depth + 1),
  );
}

/**
 * The JSON text of a value of the application. Throws a `TypeError` for a value without one: a function, a symbol, a `BigInt`, a
 * cycle, `undefined`, or more levels than the runtime can write. `what` names the value in the error. Half a surrogate pair becomes
 * U+FFFD, as in a WebSocket's own `send`.
 */
export function jsonText(value: unknown, what: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new TypeError(`${what} cannot be written as JSON`, { cause: error });
  }
  if (text === undefined) throw new TypeError(`${what} cannot be written as JSON`);
  return text.includes('\\ud') ? text.replace(ESCAPES, wellFormed) : text;
}

/** Each escape sequence. `JSON.stringify` writes half a surrogate pair, and no other surrogate, as one. */
const ESCAPES = /\\(ud[89a-f][0-9a-f]{2}|.)/g;

const wellFormed = (sequence: string): string => (sequence.startsWith('\\ud') ? '\ufffd' : sequence);
