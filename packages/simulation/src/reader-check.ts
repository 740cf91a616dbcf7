/**
 * Checks what a program reads from a channel of the client library: every publication once and in order, or the word `lost`.
 *
 * Proven by: test/planted.test.ts.
 */
import type { ChannelItem, Position } from '@sallyport/client';
import type { Oracle } from './oracle.ts';
import type { Report } from './report.ts';

export class ReaderCheck {
  readonly #name: string;
  readonly #channel: string;
  readonly #oracle: Oracle;
  readonly #report: Report;
  position: Position | undefined;

  constructor(name: string, channel: string, oracle: Oracle, report: Report) {
    this.#name = name;
    this.#channel = channel;
    this.#oracle = oracle;
    this.#report = report;
  }

  read(item: ChannelItem): void {
    const { position } = item;
    const { position: before } = this;
    this.#report.log(`${this.#name} reads ${this.#channel} ${item.type} ${position.offset}`);
    this.#report.count(`read.${item.type}`);
    this.position = position;
    const entry = this.#oracle.at(this.#channel, position);
    const stands = position.offset === 0 ? position.tag === '' : entry !== undefined;
    this.#require(stands, 'a position stands in the log', `${position.offset}`);
    if (item.type === 'lost') return;
    const isSame = entry?.json === JSON.stringify(item.data) && entry?.user === item.user;
    this.#require(
      isSame,
      'one position means one content',
      `${position.offset}: ${JSON.stringify(item.data)}`,
    );
    if (before) {
      const follows = position.epoch === before.epoch && position.offset === before.offset + 1;
      this.#require(follows, 'a reader has no silent gap', `${position.offset} after ${before.offset}`);
      this.#require(entry?.prev === before.tag, 'two histories are never one', `${position.offset}`);
    }
  }

  /** Whether the reader has all that there is. */
  isAt(top: Position | undefined): boolean {
    if (!top) return true;
    return this.position?.epoch === top.epoch && this.position.offset === top.offset;
  }

  #require(holds: boolean, rule: string, text: string): void {
    if (!holds) this.#report.fail(rule, `${this.#name} in ${this.#channel}: ${text}`);
  }
}
