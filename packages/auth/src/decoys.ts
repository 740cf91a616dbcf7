/**
 * Decoys: what is verified for a name that nobody has, so that it takes as long as for one that somebody has.
 *
 * A file may have hashes of several costs, and a cost that no decoy has would tell who exists. So the decoys have the
 * costs of the file in its proportions, and which of them a name gets goes by a hash of it under a secret key: always the
 * same, as for a user. What is left: a restart brings another key, and whoever has asked for a name before and after,
 * and finds it to cost otherwise, knows that nobody has it, or that its password was changed. Proven by:
 * test/decoys.test.ts.
 */
import { createHmac } from 'node:crypto';
import { decoyHash, type StoredHash } from './stored-hash.ts';

export class Decoys {
  readonly #key: Uint8Array;
  /** In a fixed order, so that a file that changes a little moves few names; each with where its share of them ends. */
  readonly #shares: readonly { readonly end: number; readonly hash: StoredHash }[];
  readonly #last: StoredHash;

  /** `costs` of all users, one each. */
  constructor(costs: readonly string[], key: Uint8Array) {
    this.#key = key;
    const kinds = [...new Set(costs)].sort();
    let end = 0;
    this.#shares = kinds.map((kind) => {
      end += costs.filter((cost) => cost === kind).length / costs.length;
      return { end, hash: decoyHash(kind) };
    });
    this.#last = this.#shares.at(-1)?.hash ?? decoyHash();
  }

  of(name: string): StoredHash {
    const place = createHmac('sha256', this.#key).update(name).digest().readUInt32BE() / 2 ** 32;
    return this.#shares.find(({ end }) => place < end)?.hash ?? this.#last;
  }
}
