/**
 * The cookies and the query of an upgrade request, as pairs of name and value.
 *
 * The first value of a name counts: browsers send the cookie with the most specific path first (RFC 6265, 5.4). The result has no
 * prototype, so `__proto__` and `constructor` are names like any other. A value with a malformed escape stays as it was sent.
 * Proven by: test/admission/pairs.test.ts.
 */
import { flatCopy } from './flat-copy.ts';

/** Values by name. A name that the client did not send gives `undefined`. */
export type Pairs = Readonly<Record<string, string | undefined>>;

/** Reads a `Cookie` header (RFC 6265, 4.2): values without their quotes, percent escapes decoded, parts without `=` left out. */
export function cookiesIn(header: string): Pairs {
  const pairs: Record<string, string> = Object.create(null);
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(at, 0)).trim();
    if (name === '' || name in pairs) continue;
    const value = part.slice(at + 1).trim();
    pairs[flatCopy(name)] = flatCopy(unescaped(/^".*"$/.test(value) ? value.slice(1, -1) : value));
  }
  return pairs;
}

/** Reads a query without its question mark, as forms write it: `+` is a space, and a name without `=` has an empty value. */
export function queryIn(query: string): Pairs {
  const pairs: Record<string, string> = Object.create(null);
  for (const part of query.split('&')) {
    const [name, value] = pairOf(part);
    if (part !== '' && !(name in pairs)) pairs[flatCopy(name)] = flatCopy(value);
  }
  return pairs;
}

/** How many parts of a query have this name. */
export function countInQuery(query: string, wanted: string): number {
  return query.split('&').filter((part) => part !== '' && pairOf(part)[0] === wanted).length;
}

function pairOf(part: string): readonly [name: string, value: string] {
  const at = part.indexOf('=');
  const end = at < 0 ? part.length : at;
  const decode = (text: string) => unescaped(text.replaceAll('+', ' '));
  return [decode(part.slice(0, end)), decode(part.slice(end + 1))];
}

function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
