/**
 * The newcomers: how many sessions have nobody signed in, in all and of each source, and whether another may come.
 *
 * Whoever has not signed in costs little, and is few (OpenSSH, `MaxStartups` and `PerSourceMaxStartups`): a crowd of the
 * mute keeps out neither those who are in nor, for longer than its deadline, those who come. Between the two limits some
 * are refused by chance, so that who asks again gets in while a flood is on. Proven by: test/newcomers.test.ts.
 */
import type { Limits } from '../limits.ts';
import { isLoopback, sourceOf } from './source.ts';

export class UnauthenticatedLimit {
  readonly #limits: Limits;
  readonly #chance: () => number;
  #all = 0;
  /** Only of sources that have some. */
  readonly #bySource = new Map<string, number>();
  #lastAddress = '';
  #lastSource = '';

  constructor(limits: Limits, chance: () => number = evenlySpread()) {
    this.#limits = limits;
    this.#chance = chance;
  }

  /** Why one more from this address may not come, if so. */
  reachedLimit(address: string): 'source' | 'all' | undefined {
    const {
      unauthenticatedSessions: most,
      earlyRefusalSessions: early,
      unauthenticatedPerSource,
    } = this.#limits;
    if ((this.#bySource.get(this.#countedAs(address)) ?? 0) >= unauthenticatedPerSource) return 'source';
    if (this.#all < early && this.#all < most) return undefined;
    return this.#all >= most || this.#chance() < (this.#all - early) / (most - early) ? 'all' : undefined;
  }

  add(address: string): void {
    this.#all += 1;
    const source = this.#countedAs(address);
    if (source !== '') this.#bySource.set(source, (this.#bySource.get(source) ?? 0) + 1);
  }

  /** One of them is signed in, or gone. */
  remove(address: string): void {
    this.#all -= 1;
    const source = this.#countedAs(address);
    if (source === '') return;
    const count = (this.#bySource.get(source) as number) - 1;
    if (count > 0) this.#bySource.set(source, count);
    else this.#bySource.delete(source);
  }

  /** Empty for who is not counted: this machine, and what has no address. One comes and is asked about in a row. */
  #countedAs(address: string): string {
    if (isLoopback(address)) return '';
    if (address !== this.#lastAddress) {
      this.#lastAddress = address;
      this.#lastSource = sourceOf(address);
    }
    return this.#lastSource;
  }
}

/** Numbers that refuse the share that they should, of few as of many: multiples of the golden ratio (Weyl's sequence). */
function evenlySpread(): () => number {
  let last = 0;
  return () => {
    last = (last + 0.618_033_988_749_895) % 1;
    return last;
  };
}
