/**
 * A map that knows which of its entries was put in the longest ago, at the same small price however many there were.
 *
 * The first key of a `Map` is not that: to find it V8 steps over all that was deleted before it, and a table that an
 * attack keeps full would cost milliseconds an entry. An iterator that is kept goes on where it was. Proven by:
 * test/throttled.test.ts.
 */
export class OldestFirstMap<Value> {
  readonly #entries = new Map<string, Value>();
  #oldestFirst = this.#entries.entries();

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  /** As the youngest, even if it was there. */
  put(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  takeOldest(): readonly [string, Value] | undefined {
    let next = this.#oldestFirst.next();
    // An iterator that came to the end stays there.
    if (next.done) {
      this.#oldestFirst = this.#entries.entries();
      next = this.#oldestFirst.next();
    }
    if (next.done) return undefined;
    this.#entries.delete(next.value[0]);
    return next.value;
  }
}
