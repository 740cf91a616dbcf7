/**
 * The lottery: of the attempts that come just before a key may be looked at again, one is chosen, each with the same chance.
 *
 * Without it the first that comes is looked at. An attacker who tries more often than the owner would be first every time, and
 * the owner would never get in. An attempt that may be chosen is held until the draw; the one that loses hears so at once. So
 * for each key at most one attempt is held, however many come (reservoir sampling, Vitter 1985, with a reservoir of one).
 * Proven by: test/lottery.test.ts.
 */
import type { Clock } from '@sallyport/core';
import type { Abandonable } from './semaphore.ts';

interface Draw {
  /** How many have come so far, the ones that lost or left too. */
  arrivals: number;
  /** Tells the attempt that is held whether it was chosen; absent if it has left. */
  decide: ((isChosen: boolean) => void) | undefined;
}

export class Lottery {
  readonly #clock: Clock;
  readonly #chance: () => number;
  /** Of the keys for which a draw is coming. */
  readonly #draws = new Map<string, Draw>();

  /** `chance`: from 0 up to 1, evenly spread, and not to be foreseen by an attacker. */
  constructor(clock: Clock, chance: () => number) {
    this.#clock = clock;
    this.#chance = chance;
  }

  /** Draws that are to come. */
  get size(): number {
    return this.#draws.size;
  }

  /** Whether this attempt was chosen. The first attempt of a draw says when the draw is: in `ms` milliseconds. */
  enter(key: string, ms: number, { signal }: Abandonable): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    const draw = this.#draws.get(key) ?? this.#announce(key, ms);
    draw.arrivals += 1;
    // The n-th takes the place with a chance of 1 in n; then each of the n has held it with the same chance.
    if (this.#chance() * draw.arrivals >= 1) return Promise.resolve(false);
    draw.decide?.(false);
    return new Promise((resolve) => {
      const leave = () => decide(false);
      const decide = (isChosen: boolean) => {
        signal.removeEventListener('abort', leave);
        if (draw.decide === decide) draw.decide = undefined;
        resolve(isChosen);
      };
      signal.addEventListener('abort', leave);
      draw.decide = decide;
    });
  }

  #announce(key: string, ms: number): Draw {
    const draw: Draw = { arrivals: 0, decide: undefined };
    this.#draws.set(key, draw);
    this.#clock.setTimeout(() => {
      this.#draws.delete(key);
      draw.decide?.(true);
    }, ms);
    return draw;
  }
}
