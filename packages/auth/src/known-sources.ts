/**
 * Who has signed in from where: what tells the rightful user from whoever guesses elsewhere.
 *
 * In the memory of this process, and bounded: so many accounts, and of each the few sources it was last seen at.
 * Proven by: test/throttled.test.ts.
 */
import { OldestFirstMap } from './oldest-first-map.ts';

/** Home, work, a phone, and one more. */
const SOURCES_EACH = 4;

export class KnownSources {
  readonly #mostAccounts: number;
  /** By account, the latest last; so are the sources of each. */
  readonly #sources = new OldestFirstMap<readonly string[]>();

  constructor(mostAccounts: number) {
    this.#mostAccounts = mostAccounts;
  }

  has(account: string, source: string): boolean {
    return this.#sources.get(account)?.includes(source) ?? false;
  }

  add(account: string, source: string): void {
    const others = (this.#sources.get(account) ?? []).filter((other) => other !== source);
    this.#sources.put(account, [...others.slice(1 - SOURCES_EACH), source]);
    if (this.#sources.size > this.#mostAccounts) this.#sources.takeOldest();
  }
}
