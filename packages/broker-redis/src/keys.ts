/**
 * The names of keys and of channels of pub/sub in Redis. The README documents them.
 *
 * Proven by: test/keys.test.ts.
 */

/** The names for one prefix and one database. */
export class Keys {
  /** The beginning of the keys of leases. The name of the node follows. */
  readonly leases: string;
  readonly #prefix: string;
  readonly #subjects: string;

  /** Pub/sub of Redis does not know databases. So the names of its channels have the number of the database. */
  constructor(prefix: string, database: number) {
    this.#prefix = prefix;
    this.leases = `${prefix}:n:`;
    this.#subjects = `${prefix}:c${database === 0 ? '' : database}:`;
  }

  /** The epoch, the top and the age of the history: a hash. */
  meta(channel: string): string {
    return `${this.#prefix}:m:${channel}`;
  }

  /** The history: a stream. */
  log(channel: string): string {
    return `${this.#prefix}:l:${channel}`;
  }

  /** The keyed state: a hash. */
  state(channel: string): string {
    return `${this.#prefix}:s:${channel}`;
  }

  /** The position of the append that used a key. No two of these names collide, whatever characters they have. */
  append(channel: string, user: string | undefined, key: string): string {
    return `${this.#prefix}:k:${JSON.stringify([channel, user ?? null, key])}`;
  }

  /** Counts the keys of a user. */
  count(user: string): string {
    return `${this.#prefix}:u:${JSON.stringify(user)}`;
  }

  /** The lease of a node. */
  lease(node: string): string {
    return this.leases + node;
  }

  /** The channel of pub/sub. */
  subject(channel: string): string {
    return this.#subjects + channel;
  }

  /** The channel that belongs to a channel of pub/sub. */
  channelOf(subject: string): string {
    return subject.slice(this.#subjects.length);
  }

  /** The channel of pub/sub on which one broker probes its connection. */
  probe(id: string): string {
    return `${this.#prefix}:p:${id}`;
  }
}
