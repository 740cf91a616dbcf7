/**
 * The oracle: the truth about every log. It sees each publication at the moment in which the broker appends it.
 *
 * It says what stands at a position, and whether what a client missed could still be recovered. A log may fork, when a replica that lagged
 * takes the place of its master: then two publications stand at one offset, with different tags.
 * Proven by: test/planted.test.ts.
 */
import type { Retention } from '@sallyport/channels';
import { byteLength, type Position } from '@sallyport/protocol';
import type { Report } from './report.ts';

/** A publication, as the log has it. */
export interface Entry {
  readonly tag: string;
  /** The tag of the publication before it. Empty for the first. */
  readonly prev: string;
  readonly user: string | undefined;
  readonly json: string;
  readonly atMs: number;
}

interface Log {
  readonly entries: Entry[];
  /** Publications that the log had before it forked, by offset. */
  readonly forked: Map<number, Entry[]>;
  /** Publications before this offset are forgotten. */
  firstKept: number;
  retention: Retention;
}

/** What a node recovers at once, as the limits of its channels say. */
export interface RecoveryLimits {
  readonly publications: number;
  readonly bytes: number;
}

export class Oracle {
  readonly #report: Report;
  readonly #now: () => number;
  /** By channel and epoch. */
  readonly #logs = new Map<string, Log>();
  /** The epoch of each channel that has been appended to. */
  readonly #epochs = new Map<string, string>();
  readonly #forgotten = new Set<string>();
  /** Where a text of data stands, by channel and epoch. */
  readonly #places = new Map<string, number>();

  constructor(report: Report, now: () => number) {
    this.#report = report;
    this.#now = now;
  }

  /** The broker has appended a publication, or knows its key. */
  appended(
    channel: string,
    position: Position,
    entry: Omit<Entry, 'tag' | 'prev' | 'atMs'>,
    retention: Retention,
  ): void {
    const { epoch, offset, tag } = position;
    const log = this.#use(channel, epoch);
    const known = log.entries[offset - 1];
    if (known) {
      this.#report.require(known.tag === tag, 'broker', () => `two tags at ${channel} ${offset}`);
      return;
    }
    this.#report.require(
      offset === log.entries.length + 1,
      'broker',
      () => `a hole before ${channel} ${offset}`,
    );
    const place = placeOf(channel, epoch, entry);
    this.#report.require(
      !this.#places.has(place),
      'published once',
      () => `${entry.json} stands at ${this.#places.get(place)} and at ${offset} of ${channel}`,
    );
    this.#places.set(place, offset);
    const prev = log.entries.at(-1)?.tag ?? '';
    log.entries.push({ ...entry, tag, prev, atMs: this.#now() });
    log.retention = retention;
    log.firstKept = Math.max(log.firstKept, offset - retention.size + 1);
    this.#epochs.set(channel, epoch);
  }

  /** The broker has forgotten everything. */
  forgetAll(): void {
    for (const key of this.#logs.keys()) this.#forgotten.add(key);
    this.#epochs.clear();
  }

  /** The channels that have been appended to. */
  get channels(): ReadonlySet<string> {
    return new Set([...this.#logs.keys()].map((key) => key.slice(0, key.lastIndexOf(' '))));
  }

  /** The broker has forgotten a channel. */
  forget(channel: string): void {
    const epoch = this.#epochs.get(channel);
    if (epoch !== undefined) this.#forgotten.add(`${channel} ${epoch}`);
    this.#epochs.delete(channel);
  }

  /** The broker has dropped the publications of a channel, and still knows their number. */
  dropHistory(channel: string): void {
    const log = this.#logs.get(`${channel} ${this.#epochs.get(channel)}`);
    if (log) log.firstKept = log.entries.length + 1;
  }

  /** A server that has this epoch of a channel, up to this offset, has taken the place of the one before. Undefined: it has no epoch. */
  fork(channel: string, top: { readonly epoch: string; readonly offset: number } | undefined): void {
    if (this.#epochs.get(channel) !== top?.epoch) this.forget(channel);
    const log = top && this.#logs.get(`${channel} ${top.epoch}`);
    if (!log) return;
    for (let { length } = log.entries; length > top.offset; length -= 1) {
      const entry = log.entries.pop() as Entry;
      log.forked.set(length, [...(log.forked.get(length) ?? []), entry]);
      this.#places.delete(placeOf(channel, top.epoch, entry));
    }
    if (top.offset > 0) this.#epochs.set(channel, top.epoch);
  }

  /** What stands at a position, or stood there before the log forked. */
  at(channel: string, { epoch, offset, tag }: Position): Entry | undefined {
    const log = this.#logs.get(`${channel} ${epoch}`);
    const entry = log?.entries[offset - 1];
    if (entry?.tag === tag) return entry;
    return log?.forked.get(offset)?.find((one) => one.tag === tag);
  }

  /** Whether data was ever appended to a channel. */
  has(channel: string, json: string): boolean {
    for (const [key, log] of this.#logs)
      if (
        key.startsWith(`${channel} `) &&
        [log.entries, ...log.forked.values()].some((entries) => entries.some((entry) => entry.json === json))
      )
        return true;
    return false;
  }

  /** The end of the log as it is now. Undefined if nothing was appended since it began. */
  top(channel: string): Position | undefined {
    const epoch = this.#epochs.get(channel);
    const entries = epoch === undefined ? undefined : this.#logs.get(`${channel} ${epoch}`)?.entries;
    const last = entries?.at(-1);
    return epoch !== undefined && entries && last
      ? { epoch, offset: entries.length, tag: last.tag }
      : undefined;
  }

  /**
   * Whether everything after a position can be recovered now. Once it cannot, it never can again: so a loss that was told before is not
   * judged wrongly. `told`: the position of the answer. Where the log has forked, and the answer names the other history, the server did not
   * know that yet, and may have had too much to recover. Undefined if the oracle cannot tell.
   */
  canRecover(channel: string, since: Position, told: Position, limits?: RecoveryLimits): boolean | undefined {
    const key = `${channel} ${since.epoch}`;
    if (this.#forgotten.has(key)) return false;
    const log = this.#logs.get(key);
    if (!log) return undefined;
    const { entries } = log;
    if (told.epoch === since.epoch && told.offset > 0 && entries[told.offset - 1]?.tag !== told.tag)
      return undefined;
    if (since.offset > entries.length) return false;
    if (since.offset > 0 && entries[since.offset - 1]?.tag !== since.tag) return false;
    const missed = entries.slice(since.offset);
    if (missed.length === 0) return true;
    if (since.offset + 1 < log.firstKept) return false;
    if ((missed[0] as Entry).atMs + log.retention.ms <= this.#now()) return false;
    if (!limits) return true;
    // A publication on the wire has some fields besides its data.
    const bytes = missed.reduce((sum, { json }) => sum + byteLength(json) + 120, 0);
    return missed.length <= limits.publications && bytes <= limits.bytes;
  }

  #use(channel: string, epoch: string): Log {
    const key = `${channel} ${epoch}`;
    let log = this.#logs.get(key);
    if (!log) {
      log = { entries: [], forked: new Map(), firstKept: 1, retention: { size: 0, ms: 0 } };
      this.#logs.set(key, log);
    }
    return log;
  }
}

const placeOf = (channel: string, epoch: string, { json }: Pick<Entry, 'json'>): string =>
  `${channel} ${epoch} ${json}`;
