/**
 * One direction of a connection: frames arrive late, and in order. It can be cut at any byte, stop, and swallow everything.
 *
 * Proven by: test/simulation.test.ts.
 */
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** A frame on its way. */
export interface Frame {
  readonly bytes: number;
  /** Called at the other end. */
  readonly arrive: () => void;
}

/** Bytes that a path without another end still takes, as the buffers of an operating system do. */
const SWALLOWED_BYTES = 4_096;

export class Pipe {
  latency = { least: 1, most: 20 };
  /** Bytes that wait in the process of the sender. */
  bufferedBytes = 0;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #onCut: () => void;
  readonly #onDrained: () => void;
  #waiting: Frame[] = [];
  #isStopped = false;
  #isClosed = false;
  /** Bytes until the cut. */
  #fuse = Number.POSITIVE_INFINITY;
  /** Bytes that are still swallowed. Undefined while the path is whole. */
  #swallows: number | undefined;
  #lastArrival = 0;

  constructor(scheduler: Scheduler, random: Random, onCut: () => void, onDrained: () => void) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#onCut = onCut;
    this.#onDrained = onDrained;
  }

  /** Sends a frame. Returns whether it left the process at once. */
  send(frame: Frame): 'sent' | 'buffered' {
    if (this.#isClosed) return 'sent';
    const isFull = this.#swallows !== undefined && this.#swallows < frame.bytes;
    if (this.#isStopped || isFull || this.#waiting.length > 0) {
      this.#waiting.push(frame);
      this.bufferedBytes += frame.bytes;
      return 'buffered';
    }
    this.#launch(frame);
    return 'sent';
  }

  /** The other end reads nothing until `resume`. */
  stop(): void {
    this.#isStopped = true;
  }

  /** The other end reads again: everything, or one frame. */
  resume(most = Number.POSITIVE_INFINITY): void {
    if (this.#isClosed || this.#swallows !== undefined) return;
    this.#isStopped = most !== Number.POSITIVE_INFINITY;
    const hadSome = this.#waiting.length > 0;
    for (let left = most; left > 0; left -= 1) {
      const frame = this.#waiting.shift();
      if (!frame) break;
      this.bufferedBytes -= frame.bytes;
      this.#launch(frame);
    }
    if (hadSome && this.#waiting.length === 0) this.#onDrained();
  }

  /** Cuts the connection behind this many further bytes. The frame with that byte is lost, and all behind it. */
  cutAfter(bytes: number): void {
    this.#fuse = bytes;
    if (bytes === 0) this.#cut();
  }

  /** From now on nothing arrives, and the sender does not learn it. */
  swallow(): void {
    this.#swallows ??= SWALLOWED_BYTES;
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.bufferedBytes = 0;
  }

  #launch(frame: Frame): void {
    if (this.#swallows !== undefined) {
      this.#swallows -= frame.bytes;
      return;
    }
    this.#fuse -= frame.bytes;
    if (this.#fuse < 0) {
      this.#cut();
      return;
    }
    this.#later(() => {
      if (this.#swallows === undefined) frame.arrive();
    });
  }

  #cut(): void {
    this.close();
    this.#later(() => this.#onCut());
  }

  /** Behind everything that was sent before. */
  #later(callback: () => void): void {
    const { least, most } = this.latency;
    const arrival = Math.max(this.#lastArrival, this.#scheduler.now + this.#random.between(least, most));
    this.#lastArrival = arrival;
    this.#scheduler.after(arrival - this.#scheduler.now, callback);
  }
}
