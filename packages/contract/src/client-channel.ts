/**
 * A channel of a client with the types of a contract.
 *
 * Proven by: test/channels.test.ts and test/types.test.ts.
 */
import type { Position } from '@sallyport/protocol';
import type { ChannelName, PublicationData, ReceivedPublicationData } from './channel-inference.ts';
import type { ContractDefinition } from './contract.ts';

/** The options of one publication. */
export interface PublicationOptions {
  /** Marks the publication, so that the server makes it once however often it is sent. Default: a random key. */
  readonly key?: string;
  /** Milliseconds until the client gives up. Default: that of the session. */
  readonly timeoutMs?: number;
}

/** What a reader of a channel gets: a publication, or the word that some are lost. */
export type ChannelItem<Data = unknown> =
  | {
      /** A publication. */
      readonly type: 'publication';
      /** Its place in the channel. */
      readonly position: Position;
      /** The user who published it. Undefined where the server published it itself. */
      readonly user: string | undefined;
      /** The data of the publication. */
      readonly data: Data;
    }
  | {
      /** Publications between the previous item and the next one are lost. */
      readonly type: 'lost';
      /** The next publication follows this position. */
      readonly position: Position;
    };

/** A channel, as `contractClient` uses it. A channel of `@sallyport/client` is one. */
export interface ClientChannel extends AsyncIterable<ChannelItem> {
  /** Publishes, and resolves with the position. */
  publish(data: unknown, options?: PublicationOptions): Promise<Position>;
}

/** The channel that a session has. */
type ChannelOf<Session> = Session extends { channel(name: string): infer Channel extends ClientChannel }
  ? Channel
  : ClientChannel;

/** A channel of a session with the types of a contract: the channel itself, with typed publications. */
export type ContractChannel<
  Contract extends ContractDefinition,
  Name extends ChannelName<Contract>,
  Session = unknown,
> = Omit<ChannelOf<Session>, 'publish' | typeof Symbol.asyncIterator> & {
  /** Publishes, as `publish` of the channel does. The server validates the data: it answers `invalidParams` if it does not fit. */
  publish(data: PublicationData<Contract, Name>, options?: PublicationOptions): Promise<Position>;
  /** Begins to read. With `validate`, data that does not fit goes to `onInvalidMessage`, or ends the loop with a `ContractError`. */
  [Symbol.asyncIterator](): AsyncIterator<ChannelItem<ReceivedPublicationData<Contract, Name>>, undefined>;
};

/** Reads the items of a channel. `read` passes the data of a publication on, or leaves it out. */
export function typedChannel(
  channel: ClientChannel,
  read: ((data: unknown, pass: (data: unknown) => void) => void) | undefined,
): ClientChannel {
  if (!read) return channel;
  // The members of the channel stay live: its state and position change.
  return Object.create(channel, {
    [Symbol.asyncIterator]: {
      value: () => validItems(channel[Symbol.asyncIterator](), read),
    },
  });
}

function validItems(
  items: AsyncIterator<ChannelItem>,
  read: (data: unknown, pass: (data: unknown) => void) => void,
): AsyncIterator<ChannelItem, undefined> {
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    await items.return?.();
    return { done: true, value: undefined };
  };
  return {
    async next() {
      for (;;) {
        const { done, value } = await items.next();
        if (done) return { done: true, value: undefined };
        if (value.type === 'lost') return { done: false, value };
        let item: ChannelItem | undefined;
        try {
          read(value.data, (data) => {
            item = { ...value, data };
          });
        } catch (error) {
          // A loop does not end an iterator whose `next` rejects.
          await end();
          throw error;
        }
        if (item) return { done: false, value: item };
      }
    },
    return: end,
  };
}
