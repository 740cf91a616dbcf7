/**
 * The keys that an issuer publishes at a URL (RFC 7517), fetched when a sign-in needs them.
 *
 * Keys are used for 10 minutes, then fetched again. While that fails, the last keys stay in use, up to a limit. A token that the
 * keys do not verify may have a key that was published since: so the keys are fetched again, once in 10 s at most, or tokens of
 * strangers would make this server flood the issuer. Times are on the wall clock, which goes on while a machine is suspended.
 * Proven by: test/published-keys.test.ts.
 */
import { UsageError } from '@sallyport/core';
import { createLocalJWKSet, createRemoteJWKSet } from 'jose';
import type { CurrentKeys, KeyFailure, KeyReports, KeySource } from './key-source.ts';
import { type TokenKeys, TokenKeysError } from './token-keys.ts';

/** Milliseconds for one fetch: less than the core's 5 s for a verification, so that the sign-in gets an answer. */
const FETCH_MS = 4_000;
/** Milliseconds after which keys are fetched again. */
const FRESH_MS = 600_000;
/** Milliseconds between the starts of two fetches, as long as there are keys to use. */
const INTERVAL_MS = 10_000;

export class PublishedKeys implements KeySource {
  readonly #url: URL;
  readonly #algorithms: string[];
  readonly #staleMs: number;
  readonly #reports: KeyReports;
  #fetched: Fetched | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<Fetched> | undefined;

  /** Throws a `UsageError` for an address that is neither https nor http on a loopback address. */
  constructor(address: string | URL, algorithms: string[], staleMs: number, reports: KeyReports) {
    const url = URL.canParse(`${address}`) ? new URL(`${address}`) : undefined;
    const isLoopback = url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
    if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isLoopback))
      throw new UsageError(
        'jwksUrl',
        'must be a URL with https: an attacker who can change the keys on the way can sign in as any user',
      );
    this.#url = url;
    this.#algorithms = algorithms;
    this.#staleMs = Math.max(staleMs, FRESH_MS);
    this.#reports = reports;
  }

  async current(): Promise<CurrentKeys> {
    const fetched = this.#fetched;
    const old = fetched && { keys: fetched.keys, isNewest: false };
    if (!old || !isWithin(fetched.at, this.#staleMs)) return { keys: await this.#fetch(), isNewest: true };
    if (isWithin(fetched.at, FRESH_MS) || this.#mustWait()) return old;
    return this.#fetch().then(
      (keys) => ({ keys, isNewest: true }),
      () => old,
    );
  }

  async newerThan(keys: TokenKeys, failure: KeyFailure): Promise<TokenKeys | 'none' | 'unknown'> {
    // The algorithms are options, whatever the issuer publishes.
    if (failure === 'algorithm') return 'none';
    if (this.#fetched && this.#fetched.keys !== keys) return this.#fetched.keys;
    // A key that is known, and was fetched a moment ago, is hardly replaced under the same name.
    const unfetched = failure === 'signature' ? 'none' : 'unknown';
    return this.#mustWait() ? unfetched : this.#fetch().catch(() => unfetched);
  }

  async reload(): Promise<void> {
    await this.#fetch().catch(() => {});
  }

  close(): void {}

  #mustWait(): boolean {
    return this.#fetching === undefined && isWithin(this.#startedAt, INTERVAL_MS);
  }

  /** Calls at the same time share one fetch. Rejects with a `TokenKeysError`, after a report. */
  async #fetch(): Promise<TokenKeys> {
    this.#fetching ??= this.#fetchNow().finally(() => {
      this.#fetching = undefined;
    });
    return (await this.#fetching).keys;
  }

  async #fetchNow(): Promise<Fetched> {
    this.#startedAt = Date.now();
    const remote = createRemoteJWKSet(this.#url, { timeoutDuration: FETCH_MS });
    try {
      await remote.reload();
    } catch (error) {
      // The rest of the address may have a secret in it.
      const message = `the keys that tokens are verified with cannot be fetched from ${this.#url.origin} (${reasonOf(error)})`;
      const use = this.#fetched && isWithin(this.#fetched.at, this.#staleMs);
      this.#reports.problem(use ? `${message}; the keys that were fetched before stay in use` : message);
      throw new TokenKeysError(message, { cause: error });
    }
    const set = remote.jwks() ?? { keys: [] };
    const text = JSON.stringify(set);
    const before = this.#fetched;
    const keys = { key: createLocalJWKSet(set), algorithms: this.#algorithms };
    this.#fetched = { keys, text, at: Date.now() };
    if (before && before.text !== text) this.#reports.changed();
    return this.#fetched;
  }
}

interface Fetched {
  readonly keys: TokenKeys;
  /** The key set as JSON, to find a change. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A time in the future comes from a wall clock that was set back: it says nothing about an age. */
function isWithin(at: number, ms: number): boolean {
  const age = Date.now() - at;
  return age >= 0 && age < ms;
}

/** The reason behind "fetch failed": a code of the system or of OpenSSL, or else the words of fetch. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = cause !== error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : cause.message;
}
