/**
 * Makes text of other users and servers safe for a terminal: it removes what controls the terminal or disguises the text.
 *
 * It removes whole control sequences, then single ESC, C0 and C1 characters, and characters that change the writing
 * direction, break lines or have no width. Joiners stay within emoji and in scripts that need them.
 * Proven by: test/strip-unprintable.test.ts.
 */
import { stripVTControlCharacters } from 'node:util';

/**
 * C0 without the tab, DEL and C1; separators; annotations; and invisible characters (UAX #44: Default_Ignorable_Code_Point,
 * which has direction marks, the byte order mark and tags). Joiners and variation selectors are excepted.
 */
const DECEPTIVE =
  /(?![\t\p{Join_Control}\p{Variation_Selector}])[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu;
/** Joiners and variation selectors where they have no effect, and only make two equal-looking names different. */
const IDLE =
  /(?<=^|[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\s])[\p{Join_Control}\p{Variation_Selector}]+|(?<=[\p{Nd}\p{P}])\p{Join_Control}+/gu;

/** Text as one line. */
export function stripUnprintable(text: string): string {
  return stripVTControlCharacters(text).replace(DECEPTIVE, '').replace(IDLE, '');
}

/** The lines of a text. LF and CR LF end a line; a CR alone does not. */
export function stripUnprintableLines(text: string): string[] {
  return stripVTControlCharacters(text).split(/\r?\n/).map(stripUnprintable);
}

/** A name or a sentence of the other side: one line of at most 100 characters. */
export function stripUnprintableName(text: string): string {
  const shown = stripUnprintable(text);
  return shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
}
