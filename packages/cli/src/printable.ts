/**
 * Text of strangers, before it reaches a terminal: nothing of it may drive the terminal, or show as what it is not.
 *
 * Control sequences go as a whole, then what is left of ESC, C0 and C1, and all that turns the direction of writing or
 * breaks a line unseen. What has a width, and what joins an emoji, stays. Proven by: test/printable.test.ts.
 */
import { stripVTControlCharacters } from 'node:util';

/** C0 without the tab, DEL and C1; directions (UAX #9); separators; annotations; the byte order mark. */
const DECEPTIVE =
  /(?!\t)[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;

/** One line. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(DECEPTIVE, '');
}

/** As many lines as the text has; CR LF is one end of a line, and a CR alone none. */
export function printableLines(text: string): string[] {
  return stripVTControlCharacters(text).split(/\r?\n/).map(printable);
}

/** A name, or a sentence, that somebody else has made up: one line, and not long. */
export function printableName(text: string): string {
  const shown = printable(text);
  return shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
}
