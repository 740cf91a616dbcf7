/**
 * Reads frames (RFC 6455, 5.2) from the bytes of one direction.
 *
 * It does not validate them; the library does. It keeps the first 1024 bytes of a payload.
 * Proven by: test/frames.test.ts.
 */

/** One frame. */
export interface Frame {
  /** FIN: the last fragment of its message. */
  readonly isFinal: boolean;
  /** 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  /** MASK: true for frames of a client. */
  readonly isMasked: boolean;
  /** Length of the payload in bytes. */
  readonly length: number;
  /** The first `KEPT_BYTES` of the payload, unmasked. */
  readonly payload: Buffer;
}

/** Bytes of a payload that are kept: about a screenful, and more than a control frame has. */
const KEPT_BYTES = 1_024;

interface Header {
  readonly isFinal: boolean;
  readonly opcode: number;
  readonly mask: Buffer | undefined;
  readonly length: number;
}

export class FrameReader {
  readonly #tell: (frame: Frame) => void;
  #unread: Buffer = Buffer.alloc(0);
  #header: Header | undefined;
  #seen = 0;
  #kept: Buffer[] = [];

  constructor(tell: (frame: Frame) => void) {
    this.#tell = tell;
  }

  feed(chunk: Uint8Array): void {
    this.#unread = this.#unread.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#unread, chunk]);
    for (;;) {
      if (!this.#header && !this.#readHeader()) return;
      if (!this.#readPayload()) return;
    }
  }

  #readHeader(): boolean {
    const bytes = this.#unread;
    const [first, second] = bytes;
    if (first === undefined || second === undefined) return false;
    const isMasked = (second & 0x80) !== 0;
    const short = second & 0x7f;
    const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
    const size = 2 + lengthBytes + (isMasked ? 4 : 0);
    if (bytes.length < size) return false;
    const length =
      lengthBytes === 8
        ? Number(bytes.readBigUInt64BE(2))
        : lengthBytes === 2
          ? bytes.readUInt16BE(2)
          : short;
    this.#header = {
      isFinal: (first & 0x80) !== 0,
      opcode: first & 0x0f,
      // A copy, because the writer may reuse its buffer.
      mask: isMasked ? Buffer.from(bytes.subarray(size - 4, size)) : undefined,
      length,
    };
    this.#unread = bytes.subarray(size);
    return true;
  }

  /** Returns whether the frame is complete. */
  #readPayload(): boolean {
    const header = this.#header as Header;
    const part = this.#unread.subarray(0, header.length - this.#seen);
    const room = KEPT_BYTES - Math.min(KEPT_BYTES, this.#seen);
    if (room > 0) this.#kept.push(Buffer.from(part.subarray(0, room)));
    this.#seen += part.length;
    this.#unread = this.#unread.subarray(part.length);
    if (this.#seen < header.length) return false;
    const { mask, ...rest } = header;
    const payload = Buffer.concat(this.#kept);
    if (mask) for (const [index, byte] of payload.entries()) payload[index] = byte ^ (mask[index % 4] ?? 0);
    this.#header = undefined;
    this.#seen = 0;
    this.#kept = [];
    this.#tell({ ...rest, isMasked: mask !== undefined, payload });
    return true;
  }
}
