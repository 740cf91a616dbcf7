/**
 * A user at a client who publishes and records: all that they read, and what they were told of their own publications. The recordings prove
 * that no gap is silent.
 */
import { type ChannelItem, channels, connect } from '@sallyport/client';
import type { Position } from '@sallyport/protocol';
import { WebSocket } from 'ws';

/** A publication, and where its publisher was told that it is. */
export interface Told {
  readonly data: string;
  readonly position: Position;
}

export class Person {
  readonly items: ChannelItem[] = [];
  readonly told: Told[] = [];
  readonly #session;
  readonly #channel;
  readonly #name: string;
  #published = 0;

  constructor(name: string, url: string, channel: string) {
    this.#name = name;
    this.#session = connect(url, {
      credentials: { username: 'admin', password: '123456' },
      extensions: [channels()],
      WebSocket,
    });
    this.#channel = this.#session.channel(channel);
    void this.#read();
  }

  get isLive(): boolean {
    return this.#channel.state === 'live';
  }

  get isSignedIn(): boolean {
    return this.#session.state === 'ready';
  }

  /** Publishes. The client sends it again for a while. Rejects if it is not known then whether it was published. */
  async publish(): Promise<void> {
    this.#published += 1;
    const data = `${this.#name} ${this.#published}`;
    this.told.push({ data, position: await this.#channel.publish(data) });
  }

  /** The data of all publications that were read. */
  get read(): readonly string[] {
    return this.items.flatMap((item) => (item.type === 'publication' ? [String(item.data)] : []));
  }

  close(): Promise<unknown> {
    this.#session.close();
    return this.#session.closed;
  }

  async #read(): Promise<void> {
    for await (const item of this.#channel) this.items.push(item);
  }
}

/**
 * What is wrong with the recordings. Empty: offsets have no hole, a position has one content for everybody, nothing is read twice, and
 * what a publisher was told is where it says; except where a reader was told `lost`.
 */
export function problemsOf(people: readonly Person[]): readonly string[] {
  const problems: string[] = [];
  const contents = new Map<string, string>();
  const isNew = (position: Position, data: string) => {
    const place = `${position.epoch} ${position.offset} ${position.tag}`;
    const known = contents.get(place);
    contents.set(place, data);
    if (known !== undefined && known !== data) problems.push(`${place} is ${known} and ${data}`);
  };
  for (const { items, told } of people) {
    let last: Position | undefined;
    for (const item of items) {
      if (item.type === 'publication') {
        const { position, data } = item;
        isNew(position, String(data));
        if (last && (position.epoch !== last.epoch || position.offset !== last.offset + 1))
          problems.push(`${JSON.stringify(position)} follows ${JSON.stringify(last)}, and no loss was told`);
      }
      last = item.position;
    }
    for (const { data, position } of told) isNew(position, data);
  }
  return problems;
}

/** The losses that were told although the history of this size had what was missed, within one epoch. */
export function lossesWithin(history: number, { items }: Person): readonly ChannelItem[] {
  return items.filter((item, i) => {
    const before = items[i - 1]?.position;
    const isOneEpoch = before?.epoch === item.position.epoch;
    return item.type === 'lost' && isOneEpoch && item.position.offset - before.offset <= history;
  });
}
