/** Text and bytes as the page shows them. */
import { expect, it } from 'vitest';
import { escapeUnprintable, hexDump } from '../site/escape-unprintable.ts';

it.each([
  ['plain', 'plain'],
  ['two\r\nlines\n\tand a tab', 'two\nlines\n\tand a tab'],
  ['\u001b[31mred', '⟨U+001B⟩[31mred'],
  ['\u0000\u007f\u0085', '⟨U+0000⟩⟨U+007F⟩⟨U+0085⟩'],
  ['\u202egnp.exe\u202c', '⟨U+202E⟩gnp.exe⟨U+202C⟩'],
  ['a\u200bb\ufeff', 'a⟨U+200B⟩b⟨U+FEFF⟩'],
  ['\ud800', '⟨U+D800⟩'],
  ['<b>bold</b>', '<b>bold</b>'],
  ['مرحبا 👩‍👩‍👧 é', 'مرحبا 👩‍👩‍👧 é'],
])('E25: %j is shown as %j', (text, shown) => {
  expect(escapeUnprintable(text)).toBe(shown);
});

it('a hex dump shows the first 48 bytes', () => {
  expect(hexDump(new Uint8Array([0, 15, 255]))).toBe('00 0f ff');
  expect(hexDump(new Uint8Array(49))).toMatch(/^(00 ){48}…$/);
});
