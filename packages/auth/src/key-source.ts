/**
 * A source of the keys that verify tokens: a port, with one implementation for each place that keys come from.
 *
 * A source tells three answers apart: here are newer keys, there are none, and "not known now". Only the second makes a token with
 * an unknown key wrong. Proven by: test/key-files.test.ts, test/published-keys.test.ts.
 */
import type { TokenKeys } from './token-keys.ts';

export interface CurrentKeys {
  readonly keys: TokenKeys;
  /** The keys were looked up for this call, so no newer ones exist. */
  readonly isNewest: boolean;
}

/**
 * Why a token could not be verified: the keys do not allow its algorithm, none of the keys is its key, or the signature does not fit
 * the key.
 */
export type KeyFailure = 'algorithm' | 'keyUnknown' | 'signature';

export interface KeySource {
  /** The keys to use now. Rejects with a `TokenKeysError` if there are none. */
  current(): Promise<CurrentKeys>;
  /**
   * Newer keys, for a token that these keys did not verify. `none`: these are the newest. `unknown`: that cannot be found out now.
   * Never rejects.
   */
  newerThan(keys: TokenKeys, failure: KeyFailure): Promise<TokenKeys | 'none' | 'unknown'>;
  /** Reads or fetches the keys again. Resolves when that is done. Never rejects. */
  reload(): Promise<void>;
  close(): void;
}

export interface KeyReports {
  /** Other keys count from now on. */
  changed(): void;
  /** Newer keys cannot be had: one line for an operator. */
  problem(text: string): void;
}
