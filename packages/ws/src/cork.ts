/**
 * A cork on a socket: all messages of one tick leave in one write. `ws` alone makes a system call for each message.
 *
 * It holds bytes from the first message of a tick until the tick ends, so a single message is not delayed. It is a base class
 * to save memory: there is one for each connection, and most connections are idle.
 * Proven by: test/cork.test.ts. bench/ measures what it gains.
 */
import type { Duplex } from 'node:stream';

/** Held bytes at which the cork writes before the tick ends: about the size of one write. */
const FULL_BYTES = 65_536;

export abstract class Cork {
  readonly #stream: Duplex;
  #isHeld = false;
  /** Bytes that were unsent when the stream was corked. */
  #before = 0;

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  /** The tick has ended, and the held bytes have been written. */
  protected abstract released(): void;

  /**
   * Bytes that the system has not taken. Held bytes do not count: otherwise a peer that is sent much within one tick would look
   * like a slow reader.
   */
  protected get unsentBytes(): number {
    return this.#isHeld ? this.#before : this.#stream.writableLength;
  }

  /** Call it before a message is sent. */
  protected hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#before = this.#stream.writableLength;
    this.#stream.cork();
    process.nextTick(endTick, this);
  }

  /** Call it after a message is sent. */
  protected releaseIfFull(): void {
    if (this.#stream.writableLength - this.#before >= FULL_BYTES) this.#release();
  }

  endTick(): void {
    if (!this.#isHeld) return;
    this.#release();
    this.released();
  }

  /** Calls back when the system has taken all bytes that are unsent now: an empty write waits behind them. */
  protected onceWritten(callback: () => void): void {
    this.#stream.write('', callback);
  }

  #release(): void {
    this.#isHeld = false;
    this.#stream.uncork();
  }
}

/** One function for all corks saves a closure for each tick. */
function endTick(cork: Cork): void {
  cork.endTick();
}
