/** Bytes written as hexadecimal digits. Proven by: test/hex-bytes.test.ts. */

/** The bytes of pairs of digits, with or without white space between pairs; `undefined` for other text. */
export function bytesOfHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^\s*([\da-f]{2}\s*)+$/i.test(text)) return undefined;
  return Uint8Array.from(text.match(/[\da-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16));
}
