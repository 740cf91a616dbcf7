import { expect, it } from 'vitest';
import { escapeAndShorten, escapeUnprintable, escapeUnprintableLines } from '../src/escape-unprintable.ts';

it('keeps readable names unchanged', () => {
  const names = ['admin', 'Zoë', '李雷', 'Ωmega', 'a b', "o'neil+x@example.org", '😀', 'DOMAIN\\user'];
  for (const name of names) expect(escapeUnprintable(name)).toBe(name);
});

it.each([
  ['\u0000', '\\u{0}'],
  ['\r\n', '\\u{d}\\u{a}'],
  ['\u001b[2J', '\\u{1b}[2J'],
  ['\u007f\u0085\u009b', '\\u{7f}\\u{85}\\u{9b}'],
  ['a\u202eb', 'a\\u{202e}b'],
  ['\u2028\u2029', '\\u{2028}\\u{2029}'],
  ['\u200b\u2066\ufeff', '\\u{200b}\\u{2066}\\u{feff}'],
  ['\ud800', '\\u{d800}'],
  ['\u{e0001}', '\\u{e0001}'],
])('escapes %j', (text, shown) => {
  expect(escapeUnprintable(text)).toBe(shown);
});

it('escapes every unprintable code point', () => {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1)
    if (/[\p{C}\p{Zl}\p{Zp}]/u.test(escapeUnprintable(String.fromCodePoint(codePoint))))
      throw new Error(codePoint.toString(16));
});

it('keeps line breaks in text of several lines', () => {
  expect(escapeUnprintableLines('Error: \u001b\n    at a')).toBe('Error: \\u{1b}\n    at a');
});

it('cuts a name after 100 units and escapes half of a cut surrogate pair', () => {
  expect(escapeAndShorten('x'.repeat(100))).toBe('x'.repeat(100));
  expect(escapeAndShorten('x'.repeat(101))).toBe(`${'x'.repeat(100)}…`);
  expect(escapeAndShorten(`${'x'.repeat(99)}😀`)).toBe(`${'x'.repeat(99)}\\u{d83d}…`);
});
