/**
 * Text in UTF-8. The library would encode it too, but it does not tell how many bytes it sent, and it takes twice as long for 64 KiB.
 *
 * `Buffer.byteLength` would tell. But it first makes a copy of a text that was put together (`'a' + b`), which takes longer than to encode it.
 * Proven by: test/encoded.test.ts. bench/ measures what it gains.
 */
import { Buffer } from 'node:buffer';

/** UTF-16 units of a text above which it gets a buffer of its own. */
const MOST_UNITS = 65_536;
/** UTF-8 takes at most this many bytes for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;
/** Bytes below which a view of the scratch is kept: to make one would take as long as to encode a short text. */
const SHORT_BYTES = 256;

const encoder = new TextEncoder();
const scratch = Buffer.allocUnsafeSlow(MOST_UNITS * BYTES_PER_UNIT);
const views: Buffer[] = [];

/** The bytes of a text, until the next call. An unpaired surrogate becomes U+FFFD, as the library does it. */
export function encoded(text: string): Buffer {
  if (text.length > MOST_UNITS) return Buffer.from(text);
  const size = encoder.encodeInto(text, scratch).written;
  if (size >= SHORT_BYTES) return scratch.subarray(0, size);
  const kept = views[size];
  if (kept) return kept;
  const view = scratch.subarray(0, size);
  views[size] = view;
  return view;
}
