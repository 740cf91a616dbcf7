/**
 * The recent publications of a channel, as far as a node remembers them: without a hole, up to the position of the channel.
 *
 * They serve recoveries and `history` without a read of the log. What arrives is remembered as long as the log keeps it; what was read
 * from the log only for a short time, because its age is unknown. Proven by: test/channel/recent.test.ts.
 */
import { byteLength, type Position } from '@sallyport/protocol';
import type { StoredPublication } from '../broker/broker.ts';
import type { Namespace } from '../namespaces.ts';
import type { Forgettable, MemoryBudget } from './memory-budget.ts';

/** What the recent publications have to keep to. */
export interface RecentLimits {
  readonly recoveryPublications: number;
  readonly recoveryBytes: number;
  readonly recentMs: number;
}

interface Remembered {
  readonly publication: StoredPublication;
  readonly bytes: number;
  readonly expiresAt: number;
}

/** Memory that a publication takes besides its JSON text, in bytes. */
const OVERHEAD_BYTES = 150;

/** The publications since a position. `lost`: they are too many, or too old. `unknown`: only the log can tell. */
export type Since = readonly StoredPublication[] | 'lost' | 'unknown' | 'contradicted';

export class Recent implements Forgettable {
  #namespace: Namespace;
  readonly #limits: RecentLimits;
  readonly #budget: MemoryBudget;
  /** Oldest first. Offsets without a hole. */
  #entries: Remembered[] = [];
  #bytes = 0;
  #textBytes = 0;
  /** When all that the log had was last read. */
  #loadedAt = Number.NEGATIVE_INFINITY;

  constructor(namespace: Namespace, limits: RecentLimits, budget: MemoryBudget) {
    this.#namespace = namespace;
    this.#limits = limits;
    this.#budget = budget;
  }

  /** Another namespace holds for the channel from now on. */
  keepTo(namespace: Namespace): void {
    const { historySize, historyMs } = this.#namespace;
    this.#namespace = namespace;
    // What is remembered has the ages and the number of the namespace of before. The log tells what it has.
    if (historySize !== namespace.historySize || historyMs !== namespace.historyMs) this.forget();
  }

  /** The publications that are worth reading from the log. 0 if it keeps none. */
  get loadSize(): number {
    const { historySize, historyMs } = this.#namespace;
    return historyMs === 0 ? 0 : Math.min(historySize, this.#limits.recoveryPublications);
  }

  /** The tag of the publication with this offset. Undefined if it is not remembered. */
  tagAt(offset: number): string | undefined {
    const first = this.#entries[0]?.publication.offset ?? Number.POSITIVE_INFINITY;
    return this.#entries[offset - first]?.publication.tag;
  }

  /** The next publication has arrived. */
  push(publication: StoredPublication, now: number): void {
    const { historyMs } = this.#namespace;
    if (this.loadSize === 0) return;
    this.#append(publication, now + historyMs);
    this.#trim();
  }

  /**
   * The log was read: these are its last publications. Takes those that fit before what is remembered. Returns false if the log
   * contradicts the position of the channel.
   */
  load(publications: readonly StoredPublication[], position: Position, now: number): boolean {
    const here = publications.find(({ offset }) => offset === position.offset);
    if (here && here.tag !== position.tag) return false;
    this.#loadedAt = now;
    const remembered = this.#entries;
    const before = remembered[0]?.publication;
    const end = before ? before.offset - 1 : position.offset;
    const tag = before ? before.prev : position.tag;
    const older = publications.filter(({ offset }) => offset <= end);
    if (older.at(-1)?.offset !== end || older.at(-1)?.tag !== tag) return true;
    const expiresAt = now + Math.min(this.#limits.recentMs, this.#namespace.historyMs);
    this.#entries = [];
    for (const one of older) this.#append(one, expiresAt);
    // The budget may have been too small.
    if (this.#loadedAt === now) this.#entries.push(...remembered);
    else this.forget();
    this.#trim();
    return true;
  }

  /** Whether the log was read a short while ago, so that it has nothing that is not remembered. */
  isLoaded(now: number): boolean {
    return now - this.#loadedAt < this.#limits.recentMs;
  }

  /** The publications after `since`, for a channel that stands at `position`. */
  since(since: Position, position: Position, now: number): Since {
    if (since.epoch !== position.epoch || since.offset > position.offset) return 'contradicted';
    if (since.offset === position.offset) return since.tag === position.tag ? [] : 'contradicted';
    const missed = position.offset - since.offset;
    if (missed > this.loadSize) return 'lost';
    this.#expire(now);
    const found = this.#entries.slice(-missed);
    const [first] = found;
    if (!first || found.length < missed) return this.isLoaded(now) ? 'lost' : 'unknown';
    if (first.publication.prev !== since.tag) return 'contradicted';
    this.#budget.touch(this);
    return this.#fits(found) ? found.map(({ publication }) => publication) : 'lost';
  }

  /** The last `count` publications, or as many as there are and as fit. */
  last(count: number, position: Position, now: number): readonly StoredPublication[] | 'unknown' {
    const wanted = Math.min(count, this.loadSize, position.offset);
    if (wanted === 0) return [];
    this.#expire(now);
    const found = this.#entries.slice(-wanted);
    if (found.length < wanted && !this.isLoaded(now)) return 'unknown';
    while (!this.#fits(found)) found.shift();
    if (found.length > 0) this.#budget.touch(this);
    return found.map(({ publication }) => publication);
  }

  forget(): void {
    const bytes = this.#bytes;
    this.#entries = [];
    this.#bytes = 0;
    this.#textBytes = 0;
    this.#loadedAt = Number.NEGATIVE_INFINITY;
    this.#budget.give(this, bytes, true);
  }

  #append(publication: StoredPublication, expiresAt: number): void {
    const bytes = byteLength(publication.json);
    this.#entries.push({ publication, bytes, expiresAt });
    this.#textBytes += bytes;
    this.#bytes += bytes + OVERHEAD_BYTES;
    this.#budget.take(this, bytes + OVERHEAD_BYTES);
  }

  #shift(): void {
    const { bytes } = this.#entries.shift() as Remembered;
    this.#textBytes -= bytes;
    this.#bytes -= bytes + OVERHEAD_BYTES;
    this.#budget.give(this, bytes + OVERHEAD_BYTES, this.#entries.length === 0);
  }

  #trim(): void {
    while (this.#entries.length > this.loadSize || this.#textBytes > this.#limits.recoveryBytes)
      this.#shift();
  }

  #expire(now: number): void {
    while ((this.#entries[0]?.expiresAt ?? Number.POSITIVE_INFINITY) <= now) this.#shift();
  }

  #fits(found: readonly Remembered[]): boolean {
    return found.reduce((sum, { bytes }) => sum + bytes, 0) <= this.#limits.recoveryBytes;
  }
}
