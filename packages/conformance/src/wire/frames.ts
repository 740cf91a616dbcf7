/** Writes and reads frames as a client (RFC 6455, 5). It can write invalid frames. */

/** The opcodes (RFC 6455, 5.2). */
export const TEXT = 1;
/** Opcode of a binary frame (RFC 6455, 5.2). */
export const BINARY = 2;
/** Opcode of a close frame. */
export const CLOSE = 8;
/** Opcode of a ping. */
export const PING = 9;
/** Opcode of a pong. */
export const PONG = 10;

/** One frame, unmasked. */
export interface Frame {
  /** The opcode (RFC 6455, 5.2). */
  readonly opcode: number;
  /** The payload. */
  readonly payload: Buffer;
}

/** Fields of a frame's header that a test can set to invalid values. */
export interface Oddities {
  /** The FIN bit. Default: true. */
  readonly isFinal?: boolean;
  /** The three reserved bits. Default: 0. */
  readonly reserved?: number;
  /** The length in the header. Default: that of the payload. */
  readonly length?: number;
}

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** Writes a masked frame. */
export function frame(opcode: number, payload: string | Uint8Array, oddities: Oddities = {}): Buffer {
  const data = Buffer.from(payload);
  const { isFinal = true, reserved = 0, length = data.length } = oddities;
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  return Buffer.concat([
    Buffer.from([first]),
    lengthField(length),
    MASK,
    data.map((byte, i) => byte ^ (MASK[i % 4] ?? 0)),
  ]);
}

export function closeFrame(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return frame(CLOSE, payload);
}

/** Reads the first frame. Returns it and the rest, or `undefined` if it is not complete. */
export function parseFrame(bytes: Buffer): { frame: Frame; rest: Buffer } | undefined {
  const end = frameLength(bytes);
  if (bytes.length < end) return undefined;
  const payload = bytes.subarray(headerLength(bytes), end);
  return { frame: { opcode: bytes.readUInt8(0) & 0x0f, payload }, rest: bytes.subarray(end) };
}

/** The length of the first frame in bytes, header included. `Infinity` if the header is not complete. */
export function frameLength(bytes: Buffer): number {
  if (bytes.length < 2 || bytes.length < headerLength(bytes)) return Number.POSITIVE_INFINITY;
  const short = bytes.readUInt8(1) & 0x7f;
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return headerLength(bytes) + length;
}

function headerLength(bytes: Buffer): number {
  const short = bytes.readUInt8(1) & 0x7f;
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

function lengthField(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  const field = Buffer.alloc(length < 65_536 ? 3 : 9);
  field.writeUInt8(0x80 | (length < 65_536 ? 126 : 127));
  if (length < 65_536) field.writeUInt16BE(length, 1);
  else field.writeBigUInt64BE(BigInt(length), 1);
  return field;
}
