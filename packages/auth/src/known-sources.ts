/**
 * The addresses that each account has signed in from. They separate the user from an attacker who guesses elsewhere.
 *
 * Kept in the memory of this process, and bounded: a number of accounts, and the last four addresses of each. Proven by:
 * test/throttled.test.ts.
 */
import { OldestFirstMap } from './oldest-first-map.ts';

/** Home, work, a phone, and one more. */
const MAX_SOURCES = 4;

export class KnownSources {
  readonly #maxAccounts: number;
  /** By account. The last used is the last, for accounts and for the sources of each. */
  readonly #sources = new OldestFirstMap<readonly string[]>();

  constructor(maxAccounts: number) {
    this.#maxAccounts = maxAccounts;
  }

  has(account: string, source: string): boolean {
    return this.#sources.get(account)?.includes(source) ?? false;
  }

  add(account: string, source: string): void {
    const others = (this.#sources.get(account) ?? []).filter((other) => other !== source);
    this.#sources.put(account, [...others.slice(1 - MAX_SOURCES), source]);
    if (this.#sources.size > this.#maxAccounts) this.#sources.takeOldest();
  }
}
