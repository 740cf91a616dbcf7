/**
 * How many messages have had no reply yet. No protocol of ours says which reply is to which message, nor that there will be
 * one: so each message that comes counts as one, and where none comes for a while, none is waited for any more.
 * Proven by: test/replies.test.ts.
 */
export class Replies {
  awaited = 0;
  /** Nothing is read meanwhile, by our own doing: that nothing comes then says nothing about the server. */
  isHeldUp = false;
  readonly #waitMs: number;
  /** It has been shown that not every message has a reply. */
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

  /** The session is over: none is waited for any more. */
  end(): void {
    this.#hasEnded = true;
    this.#changed();
  }

  /** Before the next is sent. */
  async fewerThan(count: number): Promise<void> {
    while (this.awaited >= count && !this.#isSilent && !this.#hasEnded)
      if (!(await this.#change())) this.#isSilent = true;
  }

  /** After the last one was sent: resolves to whether all of them have come. */
  async all(): Promise<boolean> {
    while (this.awaited > 0) if (this.#hasEnded || !(await this.#change())) return false;
    return true;
  }

  /** Whether anything has come within the time. */
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
