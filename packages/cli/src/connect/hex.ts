/** Bytes as hexadecimal digits and as ASCII. */

/** A dump shows at most this many bytes. */
const SHOWN_BYTES = 64;

/** `68 65 6c 6c 6f |hello|`. */
export function hexDump(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, SHOWN_BYTES);
  const hex = [...shown].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const ascii = [...shown].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
  return `${hex} |${ascii.join('')}|${bytes.length > shown.length ? ' …' : ''}`;
}
