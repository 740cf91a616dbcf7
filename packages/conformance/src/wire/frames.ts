/** The frames of RFC 6455, section 5, as a client writes and reads them; any frame, right or wrong. */

/** The opcodes (RFC 6455, 5.2). */
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** One frame, its mask taken off. */
export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** What a frame may say of itself that is not so, or that none should. */
export interface Oddities {
  /** Default: true. */
  readonly isFinal?: boolean;
  /** The three reserved bits. Default: 0. */
  readonly reserved?: number;
  /** What the header says; default: the payload's own. */
  readonly length?: number;
}

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A frame as a client sends it: masked, and final unless told otherwise. */
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

/** The first frame of the bytes and what is left after it; nothing if it is not whole yet. */
export function parseFrame(bytes: Buffer): { frame: Frame; rest: Buffer } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return undefined;
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return undefined;
  const payload = bytes.subarray(start, start + length);
  return { frame: { opcode: bytes.readUInt8(0) & 0x0f, payload }, rest: bytes.subarray(start + length) };
}

function lengthField(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  const field = Buffer.alloc(length < 65_536 ? 3 : 9);
  field.writeUInt8(0x80 | (length < 65_536 ? 126 : 127));
  if (length < 65_536) field.writeUInt16BE(length, 1);
  else field.writeBigUInt64BE(BigInt(length), 1);
  return field;
}
