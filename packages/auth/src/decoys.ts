/**
 * Decoys: hashes that are verified for names of no user, so that an unknown name takes as long as a known one.
 *
 * A file may have hashes of several costs, and a cost without a decoy would show who exists. So the decoys have the costs of the
 * file, in its proportions. A keyed hash of the name picks the decoy: a name always gets the same one, as a user has one hash. One
 * leak is left: a restart changes the key. A client that tried a name before and after, and finds another cost, knows that the name
 * has no user, or that its password was changed. Proven by: test/decoys.test.ts.
 */
import { createHmac } from 'node:crypto';
import { decoyHash, type StoredHash } from './stored-hash.ts';

export class Decoys {
  readonly #key: Uint8Array;
  /** Each hash with the end of its share, from 0 to 1. In a fixed order, so that a small change of the file moves few names. */
  readonly #shares: readonly { readonly end: number; readonly hash: StoredHash }[];
  readonly #last: StoredHash;

  /** `costs` has one entry for each user. */
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
