/**
 * A token key in a file, which is read again when it changes.
 *
 * New keys count for new sign-ins; sessions do not notice. If the new content cannot be used, the key that was read last stays in
 * use, and the operator gets the reason. Proven by: test/key-files.test.ts.
 */
import type { Clock } from '@sallyport/core';
import { describeFileProblem } from './file-problem.ts';
import type { CurrentKeys, KeyReports, KeySource } from './key-source.ts';
import { type TokenKeys, TokenKeysError } from './token-keys.ts';
import { WatchedFile } from './watched-file.ts';

export class KeyFile implements KeySource {
  readonly #file: WatchedFile;
  #keys: TokenKeys | undefined;
  /** The file has changed to something that cannot be used, so newer keys may exist. */
  #isBroken = false;

  /** `parse` throws a `UsageError` for content that cannot be used. */
  constructor(path: string, clock: Clock, reports: KeyReports, parse: (content: Buffer) => TokenKeys) {
    const failed = (problem: string) => {
      this.#isBroken = true;
      reports.problem(`${problem}; the token key that was read before stays in use`);
    };
    this.#file = watched(path, clock, {
      read: (content) => {
        const isStart = this.#keys === undefined;
        let keys: TokenKeys;
        try {
          keys = parse(content);
        } catch (error) {
          if (isStart) throw error;
          failed(`${path}: ${(error as Error).message}`);
          return;
        }
        this.#keys = keys;
        this.#isBroken = false;
        if (!isStart) reports.changed();
      },
      failed: (error) => failed(`${path} ${describeFileProblem(error)}`),
    });
  }

  async current(): Promise<CurrentKeys> {
    await this.#file.refresh();
    return { keys: this.#keys as TokenKeys, isNewest: false };
  }

  async newerThan(keys: TokenKeys): Promise<TokenKeys | 'none' | 'unknown'> {
    if (this.#keys === keys) await this.#file.reload();
    if (this.#keys !== undefined && this.#keys !== keys) return this.#keys;
    return this.#isBroken ? 'unknown' : 'none';
  }

  reload(): Promise<void> {
    return this.#file.reload();
  }

  close(): void {
    this.#file.close();
  }
}

function watched(
  path: string,
  clock: Clock,
  reader: ConstructorParameters<typeof WatchedFile>[2],
): WatchedFile {
  try {
    return new WatchedFile(path, clock, reader);
  } catch (error) {
    // A `UsageError` of the parser says what is wrong with the content.
    if (error instanceof TypeError) throw error;
    throw new TokenKeysError(`${path} ${describeFileProblem(error)}`, { cause: error });
  }
}
