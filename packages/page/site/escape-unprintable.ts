/**
 * Text from the other side, fit to be looked at: what a screen would hide, reorder or take for a command becomes a sign
 * that shows. Only for showing: what is copied or exported is as it came. Proven by: test/escape-unprintable.test.ts.
 */

/** C0 and DEL but tab and line feed, C1, what turns the direction of writing, and what has no width. */
const ODD = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
/** The last two join letters, or keep them apart: in emoji and in Persian. */
const HARMLESS = '\t\n\u200c\u200d';

export function escapeUnprintable(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(ODD, (character) => {
    if (HARMLESS.includes(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

const MOST_HEX = 48;

/** The first of them as two digits each. */
export function hexDump(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, MOST_HEX), (byte) => byte.toString(16).padStart(2, '0')).join(
    ' ',
  );
  return bytes.length > MOST_HEX ? `${shown} …` : shown;
}
