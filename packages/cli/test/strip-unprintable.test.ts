/** Foreign text, as a terminal may get it. */
import { describe, expect, it } from 'vitest';
import { stripUnprintable, stripUnprintableLines, stripUnprintableName } from '../src/strip-unprintable.ts';

it.each([
  ['plain é€😀 text\twith a tab', 'plain é€😀 text\twith a tab'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007after', 'after'],
  ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['\u009b2Jx', 'x'],
  ['a\u0000\u0007\u0008\u007f\u0085b', 'ab'],
  ['\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200f\u061c', 'gnp.exe x '],
  ['a\u2028b\u2029c\ufeff', 'abc'],
  ['lone \ud800 surrogate', 'lone  surrogate'],
  ['👩‍👩‍👧', '👩‍👩‍👧'],
  ['❤️ 1️⃣ می\u200cخواهم क्\u200dष', '❤️ 1️⃣ می\u200cخواهم क्\u200dष'],
  ['ad\u200bmin ad\u2060min ad\u00admin ad\u{e0061}min ad\u3164min', 'admin admin admin admin admin'],
  [
    'ad\u200dmin ad\u200c\u200dmin \u200dadmin ad\u200b\u200dmin ad\ufe0fmin a.\u200db 1\u200d2',
    'admin admin admin admin admin a.b 12',
  ],
])('stripUnprintable() makes %j safe', (text, shown) => {
  expect(stripUnprintable(text)).toBe(shown);
});

it('stripUnprintable() removes every character that can control a terminal', () => {
  const all = Array.from({ length: 0x3100 }, (_, code) => String.fromCharCode(code)).join('');
  for (const text of [all, [...all].reverse().join(''), [...all].join('\u001b')])
    expect(stripUnprintable(text)).not.toMatch(/[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
});

describe('Lines of foreign text', () => {
  it('end in LF or CR LF, but not in a CR alone', () => {
    expect(stripUnprintableLines('a\r\nb\nc\rd')).toEqual(['a', 'b', 'cd']);
  });

  it('become one short line if the text is a name', () => {
    expect(stripUnprintableName(`a\nb${'x'.repeat(200)}`)).toBe(`ab${'x'.repeat(98)}…`);
  });
});
