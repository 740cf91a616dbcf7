/**
 * The oracle: the truth about every log. It sees each publication at the moment in which the broker appends it.
 *
 * It says what stands at a position, and whether what a client missed could still be recovered.
 * Proven by: test/planted.test.ts.
 */
import type { Retention } from '@sallyport/channels';
import { byteLength, type Position } from '@sallyport/protocol';
import type { Report } from './report.ts';

/** A publication, as the log has it. */
export interface Entry {
  readonly tag: string;
  readonly user: string | undefined;
  readonly json: string;
  readonly atMs: number;
}

interface Log {
  readonly entries: Entry[];
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
    entry: Omit<Entry, 'tag' | 'atMs'>,
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
    const place = `${channel} ${epoch} ${entry.json}`;
    this.#report.require(
      !this.#places.has(place),
      'published once',
      () => `${entry.json} stands at ${this.#places.get(place)} and at ${offset} of ${channel}`,
    );
    this.#places.set(place, offset);
    log.entries.push({ ...entry, tag, atMs: this.#now() });
    log.retention = retention;
    log.firstKept = Math.max(log.firstKept, offset - retention.size + 1);
    this.#epochs.set(channel, epoch);
  }

  /** The broker has forgotten everything. */
  forgetAll(): void {
    for (const key of this.#logs.keys()) this.#forgotten.add(key);
    this.#epochs.clear();
  }

  /** What stands at a position. */
  at(channel: string, epoch: string, offset: number): Entry | undefined {
    return this.#logs.get(`${channel} ${epoch}`)?.entries[offset - 1];
  }

  /** Whether data was ever appended to a channel. */
  has(channel: string, json: string): boolean {
    for (const [key, log] of this.#logs)
      if (key.startsWith(`${channel} `) && log.entries.some((entry) => entry.json === json)) return true;
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
   * judged wrongly. Undefined if the oracle cannot tell.
   */
  canRecover(channel: string, since: Position, limits?: RecoveryLimits): boolean | undefined {
    const key = `${channel} ${since.epoch}`;
    if (this.#forgotten.has(key)) return false;
    const log = this.#logs.get(key);
    if (!log) return undefined;
    const { entries } = log;
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
      log = { entries: [], firstKept: 1, retention: { size: 0, ms: 0 } };
      this.#logs.set(key, log);
    }
    return log;
  }
}
