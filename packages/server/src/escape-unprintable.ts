/**
 * Escapes text from clients for the log: each character that could forge a line or drive a terminal becomes `\u{…}`.
 *
 * JSON escapes only C0 controls. It leaves C1 controls, U+2028, bidirectional overrides, zero-width characters and lone
 * surrogates as they are. The terminal client removes such characters instead (packages/cli/src/strip-unprintable.ts): a user
 * wants to read a text, an operator wants to see what was sent. Proven by: test/escape-unprintable.test.ts.
 */

/** Control, format, surrogate, private-use and unassigned characters, and the separators of lines and paragraphs. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

const escapeCharacter = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** Escapes line breaks too: the result is one line. */
export function escapeUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, escapeCharacter);
}

/** Keeps `\n`: for text of several lines, such as a stack. */
export function escapeUnprintableLines(text: string): string {
  return text.split('\n').map(escapeUnprintable).join('\n');
}

/** In UTF-16 units, before escaping. An escaped character can take seven times its length. */
const MAX_LENGTH = 100;

/** Escapes a name from a client (a user, a host, an origin) and cuts it after 100 UTF-16 units. */
export function escapeAndShorten(name: string): string {
  return name.length > MAX_LENGTH
    ? `${escapeUnprintable(name.slice(0, MAX_LENGTH))}…`
    : escapeUnprintable(name);
}
