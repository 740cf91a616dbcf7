/**
 * What one reader got from one channel. It checks each item when it comes, and says of a publication whether the reader got it, was told that
 * it is lost, or neither.
 *
 * Proven by: test/campaign-rules.test.ts.
 */
import type { ChannelItem } from '@sallyport/client';
import type { Position } from '@sallyport/protocol';
import type { Findings } from './findings.ts';
import type { Entry, Ledger } from './ledger.ts';

interface Gap {
  readonly from: Position;
  readonly to: Position;
}

interface ReadingOptions {
  readonly reader: string;
  readonly ledger: Ledger;
  readonly findings: Findings;
  /** Publications that a channel keeps, and that one recovery may have. */
  readonly history: number;
}

export class Reading {
  readonly ledger: Ledger;
  readonly #name: string;
  readonly #findings: Findings;
  readonly #history: number;
  readonly #got = new Set<Entry>();
  readonly #gaps: Gap[] = [];
  #position: Position | undefined;

  constructor({ reader, ledger, findings, history }: ReadingOptions) {
    this.ledger = ledger;
    this.#name = `${reader} in ${ledger.channel}`;
    this.#findings = findings;
    this.#history = history;
  }

  get position(): Position | undefined {
    return this.#position;
  }

  /** The reader is subscribed, and gets what follows this position. */
  begin(position: Position): void {
    this.#position ??= position;
  }

  take(item: ChannelItem): void {
    const before = this.#position;
    this.#position = item.position;
    if (item.type === 'lost') this.#lost(before, item.position);
    else this.#publication(before, item.position, String(item.data));
  }

  /** Whether the reader stands at a position or behind it. */
  hasReached({ epoch, offset }: Position): boolean {
    return this.#position?.epoch === epoch && this.#position.offset >= offset;
  }

  /** What became of a publication that was published since the last `forget`. */
  outcomeOf(entry: Entry): 'delivered' | 'told' | 'silent' {
    if (this.#got.has(entry)) return 'delivered';
    return this.#gaps.some((gap) => isWithin(entry.position, gap)) ? 'told' : 'silent';
  }

  /** Forgets the publications of a round. */
  forget(): void {
    this.#got.clear();
    this.#gaps.length = 0;
  }

  #publication(before: Position | undefined, position: Position, content: string): void {
    this.#findings.deliveries += 1;
    this.#got.add(this.ledger.at(position, content));
    const follows =
      before === undefined || (position.epoch === before.epoch && position.offset === before.offset + 1);
    this.#findings.require(
      follows,
      'a reader has no silent gap and no duplicate',
      () => `${this.#name}: ${JSON.stringify(position)} follows ${JSON.stringify(before)}`,
    );
  }

  #lost(before: Position | undefined, position: Position): void {
    this.#findings.lossesTold += 1;
    if (!before) return;
    this.#gaps.push({ from: before, to: position });
    const missed = position.offset - before.offset;
    this.#findings.require(
      before.epoch !== position.epoch || missed > this.#history,
      'a loss is told only where the history cannot fill the gap',
      () =>
        `${this.#name}: ${missed} publications between ${JSON.stringify(before)} and ${JSON.stringify(position)}`,
    );
  }
}

/** Whether a publication is in a gap. A gap between two epochs has the end of the first, the beginning of the last, and all between. */
function isWithin({ epoch, offset }: Position, { from, to }: Gap): boolean {
  const isBehindFrom = epoch !== from.epoch || offset > from.offset;
  const isUpToTo = epoch !== to.epoch || offset <= to.offset;
  const isOneEpoch = from.epoch === to.epoch;
  return isBehindFrom && isUpToTo && (!isOneEpoch || epoch === from.epoch);
}
