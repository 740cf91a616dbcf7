/** Random numbers that repeat with the seed: which faults, how long, and whom they meet. Proven by: test/campaign.test.ts. */

export class Chance {
  #state: number;

  /** `seed` is a whole number. */
  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 0;
  }

  /** A number from 0 (included) to 1 (excluded). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)] as Item;
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    const left = [...items];
    return items.map(() => left.splice(Math.floor(this.next() * left.length), 1)[0] as Item);
  }
}

/** Deals items in a random order. Once all were dealt, it deals all of them again, so none stays away for long. */
export class Deck<Item> {
  readonly #items: readonly Item[];
  readonly #chance: Chance;
  #left: Item[] = [];

  constructor(items: readonly Item[], chance: Chance) {
    this.#items = items;
    this.#chance = chance;
  }

  deal(): Item {
    if (this.#left.length === 0) this.#left = this.#chance.shuffled(this.#items);
    return this.#left.pop() as Item;
  }
}
