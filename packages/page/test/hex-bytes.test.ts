/** The hex digits that a user enters, as bytes. */
import { expect, it } from 'vitest';
import { bytesOfHex } from '../site/hex-bytes.ts';

it.each([
  ['00 ff 41', [0, 255, 65]],
  ['00FF41\n', [0, 255, 65]],
  [' 7f ', [127]],
])('%j stands for the bytes %j', (text, bytes) => {
  expect([...(bytesOfHex(text) ?? [])]).toEqual(bytes);
});

it.each(['', ' ', '0', '0 0', '00 f', 'xyz', '0x41'])('%j is not hex bytes', (text) => {
  expect(bytesOfHex(text)).toBeUndefined();
});
