/**
 * The limit on unauthenticated sessions: how many there are, in all and for each source, and whether one more may open.
 *
 * As in OpenSSH (`MaxStartups`, `PerSourceMaxStartups`), a flood of clients that do not sign in affects no signed-in session,
 * and its own sessions end at their deadline. Between the two limits, upgrades are refused at random, so that a client that
 * retries gets in during a flood. Proven by: test/admission/unauthenticated-limit.test.ts.
 */
import type { Limits } from '../limits.ts';
import { isLoopback, sourceOf } from './source.ts';

export class UnauthenticatedLimit {
  readonly #limits: Limits;
  readonly #chance: () => number;
  #all = 0;
  /** Holds only sources that have unauthenticated sessions. */
  readonly #bySource = new Map<string, number>();
  #lastAddress = '';
  #lastSource = '';

  constructor(limits: Limits, chance: () => number = evenlySpread()) {
    this.#limits = limits;
    this.#chance = chance;
  }

  /** The limit that one more session from this address would exceed, if any. */
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

  /** Counts a new session. */
  add(address: string): void {
    this.#all += 1;
    const source = this.#countedAs(address);
    if (source !== '') this.#bySource.set(source, (this.#bySource.get(source) ?? 0) + 1);
  }

  /** A session has signed in, or ended without signing in. */
  remove(address: string): void {
    this.#all -= 1;
    const source = this.#countedAs(address);
    if (source === '') return;
    const count = (this.#bySource.get(source) as number) - 1;
    if (count > 0) this.#bySource.set(source, count);
    else this.#bySource.delete(source);
  }

  /**
   * The source; empty for loopback and for peers without an address. Keeps the last result: each address is looked up twice
   * in a row.
   */
  #countedAs(address: string): string {
    if (isLoopback(address)) return '';
    if (address !== this.#lastAddress) {
      this.#lastAddress = address;
      this.#lastSource = sourceOf(address);
    }
    return this.#lastSource;
  }
}

/**
 * An evenly spread sequence of numbers from 0 to 1, so that the share refused is right even for few clients (Weyl's
 * sequence).
 */
function evenlySpread(): () => number {
  let last = 0;
  return () => {
    last = (last + 0.618_033_988_749_895) % 1;
    return last;
  };
}
