/** All publications that the nodes of one story have seen, to compare them: a position has one content. */
import type { StoredPublication } from '@sallyport/channels';

export class Ledger {
  readonly #contents = new Map<string, string>();

  /** Enters a publication, or the tag that a position names. Returns what is wrong, if another content was entered before. */
  enter(
    channel: string,
    epoch: string,
    publication: Pick<StoredPublication, 'offset' | 'tag'> & Partial<StoredPublication>,
  ): string | undefined {
    const { offset, tag, ...content } = publication;
    if (offset === 0) return undefined;
    return (
      this.#enter(`the tag of offset ${offset}`, [channel, epoch, offset], tag) ??
      ('json' in content
        ? this.#enter(`the content of offset ${offset}`, [channel, epoch, offset, tag], contentOf(content))
        : undefined)
    );
  }

  #enter(what: string, at: readonly unknown[], content: string): string | undefined {
    const key = JSON.stringify(at);
    const before = this.#contents.get(key);
    this.#contents.set(key, content);
    return before === undefined || before === content
      ? undefined
      : `${what} is ${content}, and was ${before} before`;
  }
}

const contentOf = ({ prev, user, json }: Partial<StoredPublication>) =>
  JSON.stringify([prev, user ?? null, json]);
