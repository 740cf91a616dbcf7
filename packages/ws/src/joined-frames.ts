/**
 * The one place where the frames of messages leave: all frames of one tick are joined in one buffer and leave in one write.
 *
 * The frames wait from the first of a tick until the tick ends, so a single message is not delayed. They wait in a slab that all
 * connections share, and one connection uses it at a time. If another one needs it in the same tick, the frames there move to their
 * stream, which is corked until the tick ends. The same happens before `ws` writes a frame of control, so the order stays.
 *
 * Memory: bytes that the system has taken at once are used again. All other bytes belong to the stream. While some bytes of a
 * connection are unsent, later ones are copied to their exact size. So a slow reader keeps at most one slab.
 * It is a base class to save memory: there is one for each connection, and most connections are idle.
 * Proven by: test/joined-frames.test.ts, tests/memory. bench/ measures what it gains.
 */
import { Buffer } from 'node:buffer';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { addFrame, headerOf, mostBytes, payloadBytes } from './frame.ts';

const SLAB_BYTES = 65_536;
/** Bytes, or UTF-16 units, of a message above which it goes to the stream as it is: a copy would cost more than a further piece. */
const LARGE = 16_384;
/** Waiting bytes at which they are written before the tick ends: about the size of one write. */
const FULL_BYTES = 65_536;
/** In place of a number of bytes: no frame waits for the end of the tick. */
const IDLE = -1;

let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
/** The frames of `holder` are from `start` to `end`. Before `start` are bytes that streams still have. */
let start = 0;
let end = 0;
let holder: JoinedFrames | undefined;

export abstract class JoinedFrames {
  readonly #stream: Duplex;
  /** Bytes that were unsent when the first frame of the tick came, or `IDLE`. */
  #before = IDLE;

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  /** The tick has ended, and its frames have been written. */
  protected abstract released(): void;

  /** Frames with so many bytes have gone to the stream. */
  protected abstract passed(bytes: number): void;

  /**
   * Bytes that the system has not taken. Frames that wait for the end of the tick do not count: otherwise a peer that is sent much
   * within one tick would look like a slow reader.
   */
  protected get unsentBytes(): number {
    return this.#before === IDLE ? this.#stream.writableLength : this.#before;
  }

  /** Adds the frame of a message: text for a string, else binary. The bytes must not change afterwards. */
  protected write(message: string | Uint8Array): void {
    if (message.length > LARGE) {
      const bytes = payloadBytes(message);
      this.writeFrame(headerOf(message, bytes), asWritten(message, bytes));
      return;
    }
    const most = mostBytes(message);
    if (this.#before === IDLE) JoinedFrames.#begin(this);
    if (holder !== this || end + most > SLAB_BYTES) JoinedFrames.#claim(this, most);
    end = addFrame(message, slab, end);
  }

  /**
   * Adds a whole frame that is ready, or its header and its payload, without copying it. Several connections may get the same frame. It
   * must not change afterwards. A payload that is a string has ASCII only.
   */
  protected writeFrame(frame: Uint8Array, payload?: string | Uint8Array): void {
    if (this.#before === IDLE) JoinedFrames.#begin(this);
    this.flush();
    cork(this.#stream);
    pass(frame, this.#stream);
    if (payload !== undefined) pass(payload, this.#stream);
    this.passed(frame.length + (payload?.length ?? 0));
    if (this.#stream.writableLength - this.#before >= FULL_BYTES) JoinedFrames.#release(this);
  }

  /**
   * Writes whole frames that are ready and have waited for the end of the tick elsewhere. Several connections may get the same bytes.
   * They must not change afterwards.
   */
  protected writeJoined(frames: Uint8Array): void {
    if (this.#before === IDLE) {
      pass(frames, this.#stream);
      this.passed(frames.length);
    } else this.writeFrame(frames);
    // While frames wait for the end of the tick, that reports what is unsent.
    if (this.#before === IDLE) this.released();
  }

  /** Hands the frames that wait to the stream. Call it before anything else writes to the stream, or that overtakes them. */
  flush(): void {
    if (holder !== this) return;
    cork(this.#stream);
    JoinedFrames.#handOver(this);
  }

  endTick(): void {
    if (this.#before === IDLE) return;
    JoinedFrames.#release(this);
    this.released();
  }

  /**
   * Calls back when the system has taken all bytes that are unsent now: an empty write waits behind them. Does not call back if the
   * stream takes no more writes, as after its end.
   */
  protected onceWritten(callback: () => void): void {
    if (this.#stream.writable) this.#stream.write('', (error) => error || callback());
  }

  /** Private, and static, as the others below: a private method would cost each object 8 bytes. */
  static #begin(frames: JoinedFrames): void {
    frames.#before = frames.#stream.writableLength;
    process.nextTick(endTick, frames);
  }

  /** Makes these the holder of a slab with so much room. */
  static #claim(frames: JoinedFrames, bytes: number): void {
    if (holder === frames) {
      JoinedFrames.#release(frames);
      JoinedFrames.#begin(frames);
    } else holder?.flush();
    if (end + bytes > SLAB_BYTES) {
      slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      start = 0;
      end = 0;
    }
    holder = frames;
  }

  /** Hands over the frames in the slab. They belong to the stream from now on, unless they are copied. */
  static #handOver(frames: JoinedFrames): void {
    const joined = slab.subarray(start, end);
    holder = undefined;
    frames.passed(joined.length);
    if (frames.#before > 0) {
      end = start;
      pass(exactCopyOf(joined), frames.#stream);
    } else {
      start = end;
      pass(joined, frames.#stream);
    }
  }

  static #release(frames: JoinedFrames): void {
    const stream = frames.#stream;
    const from = holder === frames ? start : undefined;
    if (from !== undefined) JoinedFrames.#handOver(frames);
    frames.#before = IDLE;
    if (stream.writableCorked > 0) stream.uncork();
    // The system has all bytes. Only a socket is certain not to keep them: a stream in JavaScript may pass them on.
    if (from !== undefined && stream.writableLength === 0 && stream instanceof Socket) {
      start = from;
      end = from;
    }
  }
}

function cork(stream: Duplex): void {
  if (stream.writableCorked === 0) stream.cork();
}

/** A string has ASCII only. So Latin-1 gives the same bytes as UTF-8, and Node need not count them first. */
function pass(data: string | Uint8Array, stream: Duplex): void {
  // The connection may have closed since the tick began.
  if (!stream.writable) return;
  if (typeof data === 'string') stream.write(data, 'latin1');
  else stream.write(data);
}

/** A stream counts a text in UTF-16 units. What is unsent is counted in bytes, so text with longer characters becomes bytes first. */
function asWritten(message: string | Uint8Array, bytes: number): string | Uint8Array {
  return typeof message === 'string' && bytes !== message.length ? Buffer.from(message) : message;
}

/** Not of the pool that small buffers share: one of them would keep all of it. */
function exactCopyOf(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

/** One function for all connections saves a closure for each tick. */
function endTick(frames: JoinedFrames): void {
  frames.endTick();
}
