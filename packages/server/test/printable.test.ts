import { expect, it } from 'vitest';
import { printable, printableLines, printableName } from '../src/printable.ts';

it('leaves what reads as it is', () => {
  const names = ['admin', 'Zoë', '李雷', 'Ωmega', 'a b', "o'neil+x@example.org", '😀', 'DOMAIN\\user'];
  for (const name of names) expect(printable(name)).toBe(name);
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
  expect(printable(text)).toBe(shown);
});

it('lets no code point through that is not what it looks like', () => {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1)
    if (/[\p{C}\p{Zl}\p{Zp}]/u.test(printable(String.fromCodePoint(codePoint))))
      throw new Error(codePoint.toString(16));
});

it('keeps line breaks where they are meant to be', () => {
  expect(printableLines('Error: \u001b\n    at a')).toBe('Error: \\u{1b}\n    at a');
});

it('cuts names short, and pairs of surrogates not in a way that shows', () => {
  expect(printableName('x'.repeat(100))).toBe('x'.repeat(100));
  expect(printableName('x'.repeat(101))).toBe(`${'x'.repeat(100)}…`);
  expect(printableName(`${'x'.repeat(99)}😀`)).toBe(`${'x'.repeat(99)}\\u{d83d}…`);
});
