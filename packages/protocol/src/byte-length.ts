/** How many bytes there are in what goes over the wire. No `TextEncoder`: that is no part of the language, and it copies. */
import type { Data } from './protocol.ts';

/** Of a text in UTF-8, without any frame around it. An unpaired surrogate counts as U+FFFD, which is sent for it. */
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
