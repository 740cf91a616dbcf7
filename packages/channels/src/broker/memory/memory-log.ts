/**
 * The log of one channel in memory: its publications, its top, its keyed state, and the nodes that follow it.
 *
 * It knows the time only from its caller. Proven by: test/broker/memory-broker.test.ts, and the stories of `describeBroker`.
 */
import type { Position } from '@sallyport/protocol';
import type { AppendOptions, ReadOutcome, Retention, StoredPublication } from '../broker.ts';
import type { Lease } from './leases.ts';

/** What a publication takes besides its data, in bytes: the object, its tags and its place in the log. An estimate. */
const PUBLICATION_BYTES = 160;

/** A node that follows a channel. */
export interface Follower {
  deliver(epoch: string, publication: StoredPublication): void;
}

interface Entry {
  readonly publication: StoredPublication;
  readonly at: number;
}

interface Field {
  readonly value: string;
  /** The lease that keeps the field. Absent for a field that belongs to no node. */
  readonly lease?: Lease;
}

export class MemoryLog {
  readonly followers = new Set<Follower>();
  /** When a caller last used the log. */
  usedAt: number;
  /** What its publications take, in bytes. */
  bytes = 0;
  readonly #epoch: string;
  #offset = 0;
  #tag = '';
  #retention: Retention = { size: 0, ms: 0 };
  readonly #entries: Entry[] = [];
  /** Made for the first field: most logs have none. */
  #state: Map<string, Field> | undefined;

  constructor(epoch: string, now: number) {
    this.#epoch = epoch;
    this.usedAt = now;
  }

  get top(): Position {
    return { epoch: this.#epoch, offset: this.#offset, tag: this.#tag };
  }

  append(tag: string, json: string, { user, retention }: AppendOptions, now: number): void {
    const publication: StoredPublication = {
      offset: this.#offset + 1,
      tag,
      prev: this.#tag,
      ...(user !== undefined && { user }),
      json,
    };
    this.#offset += 1;
    this.#tag = tag;
    this.#retention = retention;
    if (retention.size > 0 && retention.ms > 0) {
      this.#entries.push({ publication, at: now });
      this.bytes += bytesOf(publication);
    }
    this.trim(now);
    for (const follower of this.followers) follower.deliver(this.#epoch, publication);
  }

  /** Drops the publications that are too many or too old. */
  trim(now: number): void {
    const { size, ms } = this.#retention;
    let count = Math.max(0, this.#entries.length - size);
    for (let entry = this.#entries[count]; entry && entry.at + ms <= now; entry = this.#entries[count])
      count += 1;
    for (const { publication } of this.#entries.splice(0, count)) this.bytes -= bytesOf(publication);
  }

  /** Drops all publications. A reader that needs one of them is told `lost`. */
  forgetHistory(): void {
    this.#entries.length = 0;
    this.bytes = 0;
  }

  read(since: Position | undefined, limit: number, now: number): ReadOutcome {
    this.trim(now);
    const { top } = this;
    const first = since ? this.#indexAfter(since) : Math.max(0, this.#entries.length - limit);
    if (first === undefined) return { type: 'lost', top };
    const publications = this.#entries.slice(first, first + limit).map(({ publication }) => publication);
    return { type: 'read', publications, top };
  }

  /** The index of the entry behind a position. Undefined if the log lacks it, or has another history before it. */
  #indexAfter({ epoch, offset, tag }: Position): number | undefined {
    if (epoch !== this.#epoch || offset > this.#offset) return undefined;
    const next = this.#entries.length - (this.#offset - offset);
    if (offset === this.#offset) return tag === this.#tag ? next : undefined;
    return this.#entries[next]?.publication.prev === tag ? next : undefined;
  }

  /** Sets a field of the keyed state, or removes it. */
  setField(field: string, value: string | null, lease: Lease | undefined): void {
    if (value === null) this.#state?.delete(field);
    else {
      this.#state ??= new Map();
      this.#state.set(field, { value, ...(lease && { lease }) });
    }
  }

  /** The keyed state. Fields whose lease has run out are removed. */
  stateAt(now: number): ReadonlyMap<string, string> {
    const state = new Map<string, string>();
    for (const [field, { value, lease }] of this.#state ?? [])
      if (lease && lease.until <= now) this.#state?.delete(field);
      else state.set(field, value);
    return state;
  }

  /** Whether a node follows the channel, or its keyed state would be lost with the log. */
  isNeeded(now: number): boolean {
    if (this.followers.size > 0) return true;
    for (const { lease } of this.#state?.values() ?? []) if (!lease || lease.until > now) return true;
    return false;
  }

  /** Whether the log holds no publication. */
  isEmpty(now: number): boolean {
    return this.#entries.length === 0 || this.#entries.every(({ at }) => at + this.#retention.ms <= now);
  }
}

function bytesOf({ json, user = '' }: StoredPublication): number {
  return PUBLICATION_BYTES + json.length + user.length;
}
