/** Text in UTF-8, in a buffer that is used again. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encoded } from '../src/encoded.ts';

it('any text has the bytes that TextEncoder makes of it', () => {
  const encoder = new TextEncoder();
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
      expect(new Uint8Array(encoded(text))).toEqual(encoder.encode(text));
    }),
  );
});

it.each([
  ['an empty text', '', 0],
  ['an unpaired surrogate, which becomes U+FFFD', '\ud83d', 3],
  ['the longest text that shares the buffer', `${'é'.repeat(65_535)}€`, 131_073],
  ['a text of three bytes for each unit that fills the buffer', '€'.repeat(65_536), 196_608],
  ['a text that gets a buffer of its own', '€'.repeat(65_537), 196_611],
])('%s has all of its bytes', (_, text, bytes) => {
  const given = encoded(text);
  expect(given).toHaveLength(bytes);
  expect(new TextDecoder().decode(given)).toBe(text.replace('\ud83d', '\ufffd'));
});

it('a short text after a longer one has nothing of it', () => {
  encoded('x'.repeat(300));
  expect(encoded('ab').toString()).toBe('ab');
  expect(encoded('xy').toString()).toBe('xy');
  expect(encoded('').toString()).toBe('');
});
