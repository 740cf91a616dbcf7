/**
 * A cork on a socket: what is sent within one tick leaves in one write. `ws` alone makes a system call of each message.
 *
 * Held from the first message of a tick until the tick is over, so a message that comes alone waits for nobody.
 * Proven by: test/cork.test.ts; what it gains is measured in bench/.
 */
import type { Duplex } from 'node:stream';

/** Held bytes from which it lets go early: about what one write takes, and no memory worth the name. */
const FULL = 65_536;

/** Whoever corks. */
export interface Corking {
  /** The tick is over, and what was held has been let go. */
  letGone(): void;
}

export class Cork {
  readonly #stream: Duplex;
  readonly #owner: Corking;
  #isHeld = false;
  /** What the stream had not got rid of when it was corked. */
  #before = 0;

  constructor(stream: Duplex, owner: Corking) {
    this.#stream = stream;
    this.#owner = owner;
  }

  /**
   * Bytes that the system does not take. Those that are only held here do not count: else whoever sends much in one
   * tick would look like somebody who does not read.
   */
  get unsentBytes(): number {
    return this.#isHeld ? this.#before : this.#stream.writableLength;
  }

  /** Before a message is sent. True if it is the first of those that leave together. */
  hold(): boolean {
    if (this.#isHeld) return false;
    this.#isHeld = true;
    this.#before = this.#stream.writableLength;
    this.#stream.cork();
    process.nextTick(endTick, this);
    return true;
  }

  /** After it. */
  letGoIfFull(): void {
    if (this.#stream.writableLength - this.#before >= FULL) this.#letGo();
  }

  endTick(): void {
    if (!this.#isHeld) return;
    this.#letGo();
    this.#owner.letGone();
  }

  #letGo(): void {
    this.#isHeld = false;
    this.#stream.uncork();
  }
}

/** One function for all of them. */
function endTick(cork: Cork): void {
  cork.endTick();
}
