/**
 * Joins the frames that a connection sends within one tick, and writes them at once. For the control "ws by hand, joined frames".
 *
 * A frame goes into a slab of 16 KiB, which all connections share. When the tick ends, one write takes all of it. If the system
 * did not take every byte at once, the stream keeps the slab, and the next tick gets a new one. While earlier bytes are unsent, a
 * copy of the exact size is written instead, so a slow reader keeps at most one slab.
 * What another hand writes to the socket must come after `flush`, or it overtakes the frames here (RFC 6455, 5.5.1).
 * Proven by: test/joined-frames.test.ts.
 */
import type { Writable } from 'node:stream';

const SLAB_BYTES = 16 * 1_024;
const LONGEST_HEADER = 10;
/** UTF-16 units that take at most 125 bytes unless they are not ASCII. */
const SHORT = 125;

/** The slab that no connection uses now. */
let spare: Buffer | undefined;

export class JoinedFrames {
  readonly #tcp: Writable;
  #slab: Buffer | undefined;
  #end = 0;

  constructor(tcp: Writable) {
    this.#tcp = tcp;
  }

  /** Adds a text frame. It leaves at the end of the tick, or earlier if the slab is full. */
  addText(text: string): void {
    // A UTF-16 unit takes at most three bytes.
    const most = LONGEST_HEADER + text.length * 3;
    if (most > SLAB_BYTES) {
      this.addBytes(Buffer.from(text), 0x81);
      return;
    }
    const slab = this.#slabFor(most);
    const start = this.#end;
    if (text.length > SHORT) {
      const size = Buffer.byteLength(text);
      const payload = writeHeader(slab, start, 0x81, size);
      this.#end = payload + slab.write(text, payload);
      return;
    }
    // Nearly always ASCII. Other text may need the longer header, and then it moves.
    const size = slab.write(text, start + 2);
    if (size > SHORT) slab.copyWithin(start + 4, start + 2, start + 2 + size);
    this.#end = writeHeader(slab, start, 0x81, size) + size;
  }

  /** Adds a frame with this first byte, by default a binary one. */
  addBytes(bytes: Uint8Array, first = 0x82): void {
    const most = LONGEST_HEADER + bytes.length;
    if (most > SLAB_BYTES) {
      this.flush();
      const whole = Buffer.allocUnsafeSlow(most);
      const payload = writeHeader(whole, 0, first, bytes.length);
      whole.set(bytes, payload);
      this.#write(whole.subarray(0, payload + bytes.length));
      return;
    }
    const slab = this.#slabFor(most);
    const payload = writeHeader(slab, this.#end, first, bytes.length);
    slab.set(bytes, payload);
    this.#end = payload + bytes.length;
  }

  /** Writes what was added. Call it before anything else writes to the socket. */
  flush(): void {
    const slab = this.#slab;
    if (slab === undefined) return;
    const joined = slab.subarray(0, this.#end);
    this.#slab = undefined;
    if (this.#tcp.writableLength > 0) this.#write(Buffer.from(joined));
    else {
      this.#write(joined);
      if (this.#tcp.writableLength > 0) return;
    }
    spare = slab;
  }

  #write(bytes: Buffer): void {
    // The connection may have closed since the tick began.
    if (this.#tcp.writable) this.#tcp.write(bytes);
  }

  /** The slab, with room for so many bytes. */
  #slabFor(bytes: number): Buffer {
    if (this.#slab !== undefined && this.#end + bytes > SLAB_BYTES) this.flush();
    if (this.#slab === undefined) {
      this.#slab = spare ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
      spare = undefined;
      this.#end = 0;
      process.nextTick(flush, this);
    }
    return this.#slab;
  }
}

/** One function for all connections. */
function flush(frames: JoinedFrames): void {
  frames.flush();
}

/** The whole frame of a text, which many connections may get. */
export function textFrame(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafeSlow(LONGEST_HEADER + size);
  const payload = writeHeader(frame, 0, 0x81, size);
  return frame.subarray(0, payload + frame.write(text, payload));
}

/** Returns where the payload starts. */
function writeHeader(target: Buffer, start: number, first: number, size: number): number {
  target[start] = first;
  if (size <= SHORT) {
    target[start + 1] = size;
    return start + 2;
  }
  if (size <= 0xffff) {
    target[start + 1] = 126;
    target[start + 2] = size >> 8;
    target[start + 3] = size;
    return start + 4;
  }
  target[start + 1] = 127;
  target.writeUInt32BE(0, start + 2);
  target.writeUInt32BE(size, start + 6);
  return start + LONGEST_HEADER;
}
