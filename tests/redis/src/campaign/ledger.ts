/**
 * What stands where in one channel, by all that its readers got and its publishers were told. It has the publications of one round, so it
 * does not grow with the length of a campaign.
 *
 * Proven by: test/campaign-rules.test.ts.
 */
import type { Position } from '@sallyport/protocol';
import type { Findings } from './findings.ts';

/** A publication at its place. */
export interface Entry {
  readonly content: string;
  readonly position: Position;
  /** Whether its publisher was told that it is published there. */
  isPublished: boolean;
}

export class Ledger {
  readonly channel: string;
  readonly #findings: Findings;
  readonly #entries = new Map<string, Entry>();
  /** The place of each content, by epoch. */
  readonly #places = new Map<string, string>();
  readonly #contents = new Set<string>();

  constructor(channel: string, findings: Findings) {
    this.channel = channel;
    this.#findings = findings;
  }

  /** A reader or a publisher was told that a content stands at a position. */
  at(position: Position, content: string): Entry {
    const place = `${position.epoch} ${position.offset} ${position.tag}`;
    const known = this.#entries.get(place);
    if (known) {
      this.#findings.require(
        known.content === content,
        'one position means one content',
        () => `${place} of ${this.channel} is ${known.content} and ${content}`,
      );
      return known;
    }
    const entry = { content, position, isPublished: false };
    this.#entries.set(place, entry);
    const copy = `${position.epoch} ${content}`;
    const other = this.#places.get(copy);
    this.#findings.require(
      other === undefined,
      'a publication is made once',
      () => `${content} of ${this.channel} is at ${other} and at ${place}`,
    );
    this.#places.set(copy, place);
    this.#contents.add(content);
    return entry;
  }

  /** A publisher was told that its publication stands at a position. */
  published(position: Position, content: string): void {
    const entry = this.at(position, content);
    entry.isPublished = true;
    this.#findings.published += 1;
  }

  /** Whether a content stands anywhere. */
  has(content: string): boolean {
    return this.#contents.has(content);
  }

  /** The publications that their publishers were told are published. */
  get allPublished(): readonly Entry[] {
    return [...this.#entries.values()].filter(({ isPublished }) => isPublished);
  }

  /** Forgets the publications of a round. */
  forget(): void {
    this.#entries.clear();
    this.#places.clear();
    this.#contents.clear();
  }
}
