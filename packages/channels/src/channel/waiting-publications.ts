/**
 * Publications that arrived while the channel reads its log. They wait in order, and their number and bytes are bounded.
 *
 * Proven by: test/channel/repair.test.ts.
 */
import { byteLength, type Position } from '@sallyport/protocol';
import type { FactOf } from '../machine/facts.ts';

type Arrived = FactOf<'publication.arrived'>;

/** What the waiting publications have to keep to. */
interface WaitingLimits {
  readonly waitingPublications: number;
  readonly waitingBytes: number;
}

export class WaitingPublications {
  readonly #limits: WaitingLimits;
  #waiting: Arrived[] = [];
  #bytes = 0;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  /** Adds a publication. Returns false if they were too many or too big: then it drops all that waited, and keeps only this one. */
  push(fact: Arrived): boolean {
    const { waitingPublications, waitingBytes } = this.#limits;
    const bytes = byteLength(fact.publication.json);
    const hasPlace =
      this.isEmpty || (this.#waiting.length < waitingPublications && this.#bytes + bytes <= waitingBytes);
    if (!hasPlace) {
      this.#waiting = [];
      this.#bytes = 0;
    }
    this.#waiting.push(fact);
    this.#bytes += bytes;
    return hasPlace;
  }

  /** The oldest that the channel may still need. The log was read after those below its position had arrived, so they are left out. */
  next(position: Position | undefined): Arrived | undefined {
    for (let fact = this.#waiting.shift(); fact; fact = this.#waiting.shift()) {
      this.#bytes -= byteLength(fact.publication.json);
      const isBehind = fact.epoch === position?.epoch && fact.publication.offset < position.offset;
      if (!isBehind) return fact;
    }
    return undefined;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }
}
