/**
 * Text of strangers, made fit for a log and a terminal: what a reader sees is what was sent.
 *
 * JSON escapes C0 and leaves the rest raw: C1, U+2028, bidirectional overrides, zero-width characters, lone surrogates.
 * Any of them can forge or hide part of a line, or drive the terminal that shows it. Proven by: test/printable.test.ts.
 */

/** Control, format, surrogate, private-use and unassigned characters, and the separators of lines and paragraphs. */
const DECEPTIVE = /[\p{C}\p{Zl}\p{Zp}]/gu;

const escaped = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** One line. */
export function printable(text: string): string {
  return text.replace(DECEPTIVE, escaped);
}

/** The same, where line breaks are meant to be there, as in a stack. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** Names longer than this are somebody's test of how much a log takes: most of what is escaped grows sevenfold. */
const LONGEST_NAME = 100;

/** A name that a client gave: its own, of a host, of an origin. */
export function printableName(name: string): string {
  return name.length > LONGEST_NAME ? `${printable(name.slice(0, LONGEST_NAME))}…` : printable(name);
}
