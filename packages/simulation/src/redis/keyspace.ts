/**
 * The keys of the model of Redis: texts, hashes and streams, each with the time at which it expires, as Redis 7 keeps them.
 *
 * A method is a command of Redis, and answers what Redis answers to a script. Proven by: test/redis-agreement.test.ts.
 */

/** An entry of a stream: its number, then its fields and values in turn. */
export interface StreamEntry {
  readonly number: number;
  readonly fields: readonly string[];
}

interface Stream {
  readonly entries: readonly StreamEntry[];
  /** The greatest number that it ever had. */
  readonly last: number;
}

/** What a key holds. Values are never changed in place, so that a copy of all keys is cheap. */
type Value =
  | { readonly type: 'string'; readonly text: string }
  | { readonly type: 'hash'; readonly fields: ReadonlyMap<string, string> }
  | { readonly type: 'stream'; readonly stream: Stream };

type Kind = Value['type'];

interface Kept {
  readonly value: Value;
  /** Undefined: it never expires. */
  readonly until: number | undefined;
}

/** What Redis says no with. */
export class RedisError extends Error {}

export class Keyspace {
  #kept = new Map<string, Kept>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  // --- Reading.

  get(key: string): string | undefined {
    return this.#use(key, 'string')?.text;
  }

  hash(key: string): ReadonlyMap<string, string> {
    return this.#use(key, 'hash')?.fields ?? new Map();
  }

  stream(key: string): readonly StreamEntry[] {
    return this.#use(key, 'stream')?.stream.entries ?? [];
  }

  /** All keys that have not expired, in the order of the alphabet. */
  keys(): readonly string[] {
    return [...this.#kept.keys()].filter((key) => this.#find(key)).sort();
  }

  typeOf(key: string): Kind | undefined {
    return this.#find(key)?.value.type;
  }

  /** Milliseconds until a key expires. -1: never, -2: there is none. */
  pttl(key: string): number {
    const kept = this.#find(key);
    if (!kept) return -2;
    return kept.until === undefined ? -1 : kept.until - this.#now();
  }

  // --- Writing.

  set(key: string, text: string, ms?: number): void {
    const until = ms === undefined ? undefined : this.#now() + ms;
    this.#kept.set(key, { value: { type: 'string', text }, until });
  }

  incr(key: string): number {
    const number = Number(this.get(key) ?? '0') + 1;
    this.#replace(key, { type: 'string', text: String(number) });
    return number;
  }

  setFields(key: string, changes: Readonly<Record<string, string>>): void {
    const fields = new Map([...this.hash(key), ...Object.entries(changes)]);
    this.#replace(key, { type: 'hash', fields });
  }

  removeField(key: string, field: string): void {
    const fields = new Map(this.hash(key));
    if (!fields.delete(field)) return;
    if (fields.size === 0) this.delete(key);
    else this.#replace(key, { type: 'hash', fields });
  }

  /** Adds an entry, and keeps the last `size`. */
  add(key: string, number: number, fields: readonly string[], size: number): void {
    const stream = this.#use(key, 'stream')?.stream ?? { entries: [], last: 0 };
    if (number <= stream.last)
      throw new RedisError(
        'ERR The ID specified in XADD is equal or smaller than the target stream top item',
      );
    const entries = [...stream.entries, { number, fields }].slice(-size);
    this.#replace(key, { type: 'stream', stream: { entries, last: number } });
  }

  /** Keeps the last `size` entries. */
  trim(key: string, size: number): void {
    const stream = this.#use(key, 'stream')?.stream;
    if (!stream) return;
    const entries = size === 0 ? [] : stream.entries.slice(-size);
    this.#replace(key, { type: 'stream', stream: { entries, last: stream.last } });
  }

  /** Returns whether there is such a key. */
  expireIn(key: string, ms: number): boolean {
    const kept = this.#find(key);
    if (kept) this.#kept.set(key, { value: kept.value, until: this.#now() + ms });
    return kept !== undefined;
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
  }

  /** A copy of all keys as they are now. */
  copy(): Keyspace {
    const copy = new Keyspace(this.#now);
    copy.#kept = new Map(this.#kept);
    return copy;
  }

  #find(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept?.until === undefined || kept.until > this.#now()) return kept;
    this.#kept.delete(key);
    return undefined;
  }

  #use<Of extends Kind>(key: string, type: Of): Extract<Value, { type: Of }> | undefined {
    const value = this.#find(key)?.value;
    if (value && value.type !== type)
      throw new RedisError('WRONGTYPE Operation against a key holding the wrong kind of value');
    return value as Extract<Value, { type: Of }> | undefined;
  }

  /** A key that is written keeps its time. */
  #replace(key: string, value: Value): void {
    this.#kept.set(key, { value, until: this.#find(key)?.until });
  }
}
