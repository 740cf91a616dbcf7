/**
 * Turns: in each channel one publication is under way, and the others wait behind it in order.
 *
 * One that failed for now, or whose connection was lost, keeps its turn until it is settled. Not bounded here: `publishing.ts` bounds all
 * operations of a session. Proven by: test/channels/order.test.ts.
 */

export class Turns {
  readonly #channels = new Map<string, Set<() => void>>();

  /** Calls `begin` at its turn: at once if none is before it. Returns a function that ends the turn, or gives it up. */
  take(channel: string, begin: () => void): () => void {
    const queue = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, queue);
    queue.add(begin);
    if (queue.size === 1) begin();
    return () => {
      const [first] = queue;
      if (!queue.delete(begin)) return;
      const [next] = queue;
      if (!next) this.#channels.delete(channel);
      else if (first === begin) next();
    };
  }
}
