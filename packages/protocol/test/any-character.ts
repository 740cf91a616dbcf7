/**
 * Any character of Unicode, for `fc.string({ unit: anyCharacter })`. It has the characters of the unit `binary`, whose first use
 * in a process takes two seconds of CPU time and much memory. A third of the characters are ASCII.
 */
import fc from 'fast-check';

export const anyCharacter = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0x80, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map(
    (code) => String.fromCodePoint(code),
    // With it fast-check also generates words such as `__proto__`.
    (text) => {
      if (typeof text !== 'string' || [...text].length !== 1) throw new Error('not one character');
      return text.codePointAt(0) ?? 0;
    },
  );
