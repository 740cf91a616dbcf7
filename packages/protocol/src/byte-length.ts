/** The number of bytes of a message. Without `TextEncoder`, which is not part of the language, and copies. */
import type { Data } from './protocol.ts';

/**
 * The number of bytes of a message, without its frame. A text counts in UTF-8. An unpaired surrogate counts as U+FFFD, which
 * is sent in its place.
 */
export function byteLength(data: Data): number {
  if (typeof data !== 'string') return data.length;
  let bytes = 0;
  for (let at = 0; at < data.length; ) {
    const codePoint = data.codePointAt(at) as number;
    bytes += utf8Length(codePoint);
    at += codePoint < 0x10000 ? 1 : 2;
  }
  return bytes;
}

export function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
