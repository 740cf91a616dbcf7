/** The frames of one run, made before it: any number of messages in a row is one slice of one buffer. */
import type { Dialect } from './dialect.ts';
import { maskedFrame, opcodes } from './frames.ts';

/** More than the messages in flight on one connection, also when it stalls, so that no slot is used twice at once. */
const SLOTS = 2_048;

export class PrebuiltFrames {
  readonly #frames: Buffer;
  readonly #frameBytes: number;
  readonly #slots: number;

  /** Messages with a text of that many bytes. */
  constructor(dialect: Dialect, textBytes: number) {
    const text = 'x'.repeat(textBytes);
    const needsSlots = dialect.message(text, 0) !== dialect.message(text, 1);
    // Large ones of the same content need no more than the longest row of them, twice.
    this.#slots = needsSlots ? SLOTS : 16;
    const frames = Array.from({ length: this.#slots }, (_, slot) =>
      maskedFrame(opcodes.text, Buffer.from(dialect.message(text, slot))),
    );
    this.#frameBytes = frames[0]?.length ?? 0;
    this.#frames = Buffer.concat([...frames, ...frames]);
  }

  /** `count` messages, at most 16, from the slot of the `nth` message on. */
  take(nth: number, count: number): Buffer {
    const slot = nth % this.#slots;
    return this.#frames.subarray(slot * this.#frameBytes, (slot + count) * this.#frameBytes);
  }
}
