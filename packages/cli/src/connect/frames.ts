/**
 * Frames (RFC 6455, 5.2), read from the bytes of one direction as they pass, for whoever looks on.
 *
 * It judges nothing: what the peer or the library makes of a frame is theirs. Of a payload only the beginning is kept.
 * Proven by: test/frames.test.ts.
 */

export interface Frame {
  readonly isFinal: boolean;
  /** 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  readonly isMasked: boolean;
  /** Of the payload, in bytes. */
  readonly length: number;
  /** Unmasked; at most the first `KEPT_BYTES` of it. */
  readonly payload: Buffer;
}

/** A screenful, and more than a control frame can have. */
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
      // A copy: the writer of what passes may use its memory again.
      mask: isMasked ? Buffer.from(bytes.subarray(size - 4, size)) : undefined,
      length,
    };
    this.#unread = bytes.subarray(size);
    return true;
  }

  /** Whether the frame is whole. */
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
