/**
 * A cork on a socket: what is sent within one tick leaves in one write. `ws` alone makes a system call of each message.
 *
 * Held from the first message of a tick until the tick is over, so a message that comes alone waits for nobody. A base
 * class, because there is one for each connection, and most are idle.
 * Proven by: test/cork.test.ts; what it gains is measured in bench/.
 */
import type { Duplex } from 'node:stream';

/** Held bytes from which it lets go early: about what one write takes, and no memory worth the name. */
const FULL = 65_536;

export abstract class Cork {
  readonly #stream: Duplex;
  #isHeld = false;
  /** What the stream had not got rid of when it was corked. */
  #before = 0;

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  /** The tick is over, and what was held has been let go. */
  protected abstract letGone(): void;

  /**
   * Bytes that the system does not take. Those that are only held here do not count: else whoever sends much in one
   * tick would look like somebody who does not read.
   */
  protected get unsentBytes(): number {
    return this.#isHeld ? this.#before : this.#stream.writableLength;
  }

  /** Before a message is sent. */
  protected hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#before = this.#stream.writableLength;
    this.#stream.cork();
    process.nextTick(endTick, this);
  }

  /** After it. */
  protected letGoIfFull(): void {
    if (this.#stream.writableLength - this.#before >= FULL) this.#letGo();
  }

  endTick(): void {
    if (!this.#isHeld) return;
    this.#letGo();
    this.letGone();
  }

  /** Calls back when the system has taken what is unsent now: a write of nothing has its turn then. */
  protected whenTaken(callback: () => void): void {
    this.#stream.write('', callback);
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
