/**
 * Frames of a server, without a mask (RFC 6455, 5.2): header and payload in one buffer.
 *
 * `ws` writes the frames of control. All frames of messages are made here, and `joined-frames.ts` writes them.
 * Proven by: test/joined-frames.test.ts.
 */
import { Buffer } from 'node:buffer';

const TEXT = 0x81;
const BINARY = 0x82;

/** The longest payload whose length fits in the second byte of the header. */
const SHORT_BYTES = 125;
const MIDDLE_BYTES = 0xffff;
const LONGEST_HEADER = 10;
/** UTF-8 takes at most this many bytes for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

/** The most bytes that a frame of this message can take. */
export function mostBytes(message: string | Uint8Array): number {
  return LONGEST_HEADER + (typeof message === 'string' ? message.length * BYTES_PER_UNIT : message.length);
}

/** Writes a frame to `target` at `start`, and returns its end. There must be room for `mostBytes`, which must be below 64 KiB. */
export function addFrame(message: string | Uint8Array, target: Buffer, start: number): number {
  if (typeof message !== 'string') {
    const payload = writeHeader(target, start, BINARY, message.length);
    target.set(message, payload);
    return payload + message.length;
  }
  if (message.length > SHORT_BYTES) {
    const size = target.write(message, start + 4);
    return writeHeader(target, start, TEXT, size) + size;
  }
  // Nearly always ASCII. Other text may need the longer header, and then it moves.
  const size = target.write(message, start + 2);
  if (size > SHORT_BYTES) target.copyWithin(start + 4, start + 2, start + 2 + size);
  return writeHeader(target, start, TEXT, size) + size;
}

/** The bytes of the payload. */
export function payloadBytes(message: string | Uint8Array): number {
  return typeof message === 'string' ? Buffer.byteLength(message) : message.length;
}

/** The header of the frame of a message with so many bytes. */
export function headerOf(message: string | Uint8Array, bytes: number): Buffer {
  const header = Buffer.allocUnsafe(LONGEST_HEADER);
  return header.subarray(0, writeHeader(header, 0, firstByteOf(message), bytes));
}

/** The frame of a message of any size, in a buffer of its own. */
export function frameOf(message: string | Uint8Array): Buffer {
  const size = payloadBytes(message);
  const frame = Buffer.allocUnsafeSlow(headerBytes(size) + size);
  const payload = writeHeader(frame, 0, firstByteOf(message), size);
  if (typeof message === 'string') frame.write(message, payload);
  else frame.set(message, payload);
  return frame;
}

/** Joins frames to one buffer. It is not of the pool that small buffers share: a slow reader would keep all of that. */
export function joinedFrames(frames: readonly Buffer[]): Buffer {
  const [first] = frames;
  if (first && frames.length === 1) return first;
  const joined = Buffer.allocUnsafeSlow(frames.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const frame of frames) {
    joined.set(frame, end);
    end += frame.length;
  }
  return joined;
}

function firstByteOf(message: string | Uint8Array): number {
  return typeof message === 'string' ? TEXT : BINARY;
}

function headerBytes(size: number): number {
  if (size <= SHORT_BYTES) return 2;
  return size <= MIDDLE_BYTES ? 4 : LONGEST_HEADER;
}

/** Returns where the payload starts. */
function writeHeader(target: Buffer, start: number, first: number, size: number): number {
  target[start] = first;
  if (size <= SHORT_BYTES) {
    target[start + 1] = size;
    return start + 2;
  }
  if (size <= MIDDLE_BYTES) {
    target[start + 1] = 126;
    target[start + 2] = size >> 8;
    target[start + 3] = size;
    return start + 4;
  }
  target[start + 1] = 127;
  target.writeUInt32BE(Math.floor(size / 2 ** 32), start + 2);
  target.writeUInt32BE(size % 2 ** 32, start + 6);
  return start + LONGEST_HEADER;
}
