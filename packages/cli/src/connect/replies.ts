/**
 * Counts messages without a reply. The protocols do not link a reply to a message and do not promise one, so each message
 * received counts as a reply. After `waitMs` without a message, waiting stops.
 * Proven by: test/replies.test.ts.
 */
export class Replies {
  /** Messages sent and not replied to. */
  awaited = 0;
  /** This client has paused reading, so silence proves nothing about the server. */
  isHeldUp = false;
  readonly #waitMs: number;
  /** The server has left a message without a reply. */
  #isSilent = false;
  #hasEnded = false;
  #changed: () => void = () => {};

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  sent(): void {
    this.awaited += 1;
  }

  received(): void {
    this.awaited = Math.max(0, this.awaited - 1);
    this.#changed();
  }

  /** The session has ended: all waiting stops. */
  end(): void {
    this.#hasEnded = true;
    this.#changed();
  }

  /** Resolves when fewer than `count` replies are missing, or when waiting has stopped. Call before the next message. */
  async fewerThan(count: number): Promise<void> {
    while (this.awaited >= count && !this.#isSilent && !this.#hasEnded)
      if (!(await this.#change())) this.#isSilent = true;
  }

  /** Resolves to whether all replies have arrived. Call after the last message. */
  async all(): Promise<boolean> {
    while (this.awaited > 0) if (this.#hasEnded || !(await this.#change())) return false;
    return true;
  }

  /** Resolves to whether a message arrives within `waitMs`. */
  #change(): Promise<boolean> {
    return new Promise((resolve) => {
      const giveUp = () => {
        if (this.isHeldUp) timer = setTimeout(giveUp, this.#waitMs);
        else resolve(false);
      };
      let timer = setTimeout(giveUp, this.#waitMs);
      this.#changed = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
