/**
 * One budget of bytes for all that a node remembers of its channels. Past it, what was not used for longest is forgotten first.
 *
 * Proven by: test/channel/recent.test.ts.
 */

/** What can be forgotten to stay within the budget. */
export interface Forgettable {
  /** Forgets everything, and gives its bytes back. */
  forget(): void;
}

/** The bytes in use, and their users: the one that was not used for longest comes first. */
export class MemoryBudget {
  readonly #limit: number;
  readonly #users = new Set<Forgettable>();
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The bytes in use. */
  get used(): number {
    return this.#used;
  }

  /** Takes bytes for a user, which is the last to be forgotten now. Others forget, and at last the user itself. */
  take(user: Forgettable, bytes: number): void {
    this.#used += bytes;
    this.touch(user);
    for (const oldest of this.#users) {
      if (this.#used <= this.#limit) return;
      oldest.forget();
    }
  }

  /** The user is used now. */
  touch(user: Forgettable): void {
    this.#users.delete(user);
    this.#users.add(user);
  }

  /** Gives bytes back. A user that holds none any more is not kept. */
  give(user: Forgettable, bytes: number, isEmpty: boolean): void {
    this.#used -= bytes;
    if (isEmpty) this.#users.delete(user);
  }
}
