/**
 * Makes text of the other side safe to show: a character that would be invisible, or would reorder text, becomes its number,
 * such as `⟨U+202E⟩`. For display only: copies and exports keep the text unchanged. Proven by: test/escape-unprintable.test.ts.
 */

/** Control characters, direction marks, characters without width, surrogates and private use. */
const ODD = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
/** Exceptions: tab, line feed, and the joiners that emoji and Persian need. */
const HARMLESS = '\t\n\u200c\u200d';

export function escapeUnprintable(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(ODD, (character) => {
    if (HARMLESS.includes(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** A dump shows at most this many bytes. */
const MOST_HEX = 48;

/** The first bytes as two hexadecimal digits each. */
export function hexDump(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, MOST_HEX), (byte) => byte.toString(16).padStart(2, '0')).join(
    ' ',
  );
  return bytes.length > MOST_HEX ? `${shown} …` : shown;
}
