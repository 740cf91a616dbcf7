/**
 * Publications that arrived while the channel reads its log. They wait in order, and their number is bounded.
 *
 * Proven by: test/channel/repair.test.ts.
 */
import type { Position } from '@sallyport/protocol';
import type { FactOf } from '../machine/facts.ts';

type Arrived = FactOf<'publication.arrived'>;

export class WaitingPublications {
  readonly #limit: number;
  #waiting: Arrived[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a publication. Returns false if there were too many: then it drops all that waited, and keeps only this one. */
  push(fact: Arrived): boolean {
    const hasPlace = this.#waiting.length < this.#limit;
    if (!hasPlace) this.#waiting = [];
    this.#waiting.push(fact);
    return hasPlace;
  }

  /** The oldest that the channel may still need. The log was read after those below its position had arrived, so they are left out. */
  next(position: Position | undefined): Arrived | undefined {
    for (let fact = this.#waiting.shift(); fact; fact = this.#waiting.shift()) {
      const isBehind = fact.epoch === position?.epoch && fact.publication.offset < position.offset;
      if (!isBehind) return fact;
    }
    return undefined;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }
}
