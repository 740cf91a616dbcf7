/** The length of a message: the bytes of its UTF-8, as Node's own encoder counts them. */
import { byteLength } from '@sallyport/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';

it('byteLength counts the bytes of binary data', () => {
  expect(byteLength(new Uint8Array(5))).toBe(5);
});

it.each([
  ['', 0],
  ['\u{7f}', 1],
  ['\u{80}', 2],
  ['\u{7ff}', 2],
  ['\u{800}', 3],
  ['\u{ffff}', 3],
  ['\u{10000}', 4],
  ['\u{10ffff}', 4],
  ['a\ud800b', 5],
])('byteLength counts the bytes of %j in UTF-8', (text, bytes) => {
  expect(byteLength(text)).toBe(bytes);
});

it('byteLength agrees with TextEncoder for any text', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
      const text = String.fromCharCode(...units);
      expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});
