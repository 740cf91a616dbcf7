/**
 * Text of strangers, before it reaches a terminal: nothing of it may drive the terminal, or show as what it is not.
 *
 * Control sequences go as a whole, then what is left of ESC, C0 and C1, and all that turns the direction of writing,
 * breaks a line unseen, or has no width: a name with it would look like another. What joins an emoji, or letters of scripts
 * that are joined, stays there. Proven by: test/strip-unprintable.test.ts.
 */
import { stripVTControlCharacters } from 'node:util';

/**
 * C0 without the tab, DEL and C1; separators; annotations; and what is not to be seen (UAX #44: Default_Ignorable_Code_Point,
 * with directions, the byte order mark and tags in it), but for joiners and selectors of variants.
 */
const DECEPTIVE =
  /(?![\t\p{Join_Control}\p{Variation_Selector}])[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu;
/** Those, where they do nothing but make two names of one. */
const IDLE =
  /(?<=^|[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\s])[\p{Join_Control}\p{Variation_Selector}]+|(?<=[\p{Nd}\p{P}])\p{Join_Control}+/gu;

/** One line. */
export function stripUnprintable(text: string): string {
  return stripVTControlCharacters(text).replace(DECEPTIVE, '').replace(IDLE, '');
}

/** As many lines as the text has; CR LF is one end of a line, and a CR alone none. */
export function stripUnprintableLines(text: string): string[] {
  return stripVTControlCharacters(text).split(/\r?\n/).map(stripUnprintable);
}

/** A name, or a sentence, that somebody else has made up: one line, and not long. */
export function stripUnprintableName(text: string): string {
  const shown = stripUnprintable(text);
  return shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
}
