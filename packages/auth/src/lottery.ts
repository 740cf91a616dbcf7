/**
 * The lottery: one of the attempts that come just before the wait of a key is over is chosen, each with the same chance.
 *
 * Without it the first attempt after the wait would be verified. An attacker who tries more often than the owner would be first each
 * time, and the owner would never sign in. The attempt that is ahead is held until the draw; an attempt that has lost is answered at
 * once. So at most one attempt is held for each key (reservoir sampling, Vitter 1985, with a reservoir of one). Proven by:
 * test/lottery.test.ts.
 */
import type { Clock } from '@sallyport/core';
import type { Abandonable } from './semaphore.ts';

interface Draw {
  /** Attempts so far, with those that lost or were abandoned. */
  arrivals: number;
  /** Answers the attempt that is held; absent if it was abandoned. */
  decide: ((isChosen: boolean) => void) | undefined;
}

export class Lottery {
  readonly #clock: Clock;
  readonly #chance: () => number;
  /** By key, the draws to come. */
  readonly #draws = new Map<string, Draw>();

  /** `chance` returns numbers from 0 up to 1, evenly spread, that an attacker cannot predict. */
  constructor(clock: Clock, chance: () => number) {
    this.#clock = clock;
    this.#chance = chance;
  }

  /** Number of draws to come. */
  get size(): number {
    return this.#draws.size;
  }

  /** Resolves to whether this attempt was chosen. The first attempt of a draw sets its time: in `ms` milliseconds. */
  enter(key: string, ms: number, { signal }: Abandonable): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    const draw = this.#draws.get(key) ?? this.#announce(key, ms);
    draw.arrivals += 1;
    // The n-th attempt takes the lead with a chance of 1 in n. Then each of the n has the same chance at the draw.
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
