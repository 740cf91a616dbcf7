/**
 * Reads channels: passes on each publication, the word that some are lost, and what happens to the subscription, in plain words.
 *
 * The client package keeps the positions, so a channel goes on after a loss of the connection. Both clients, terminal and pipe, read
 * with it. Proven by: test/channels.test.ts, test/channels-piped.test.ts.
 */
import type { Channel, ChannelItem, ChannelState, SessionChannels } from '@sallyport/client';

/** Gets what happens in the channels. */
export interface ChannelListener {
  /** A publication, or the word that some before the next one are lost. */
  item(channel: string, item: ChannelItem): void;
  /** What happens to the subscription, in words. */
  note(text: string): void;
  /** The server refused the subscription, or has ended it. */
  refused(channel: string, error: unknown): void;
}

export class ChannelReader {
  readonly #session: SessionChannels;
  readonly #listener: ChannelListener;
  readonly #reading = new Set<string>();

  constructor(session: SessionChannels, listener: ChannelListener) {
    this.#session = session;
    this.#listener = listener;
  }

  isReading(channel: string): boolean {
    return this.#reading.has(channel);
  }

  /** Reads the channel until `unsubscribe`, until the server ends the subscription, or until the session has ended. */
  async read(name: string): Promise<void> {
    if (this.#reading.has(name)) return;
    this.#reading.add(name);
    const channel = this.#session.channel(name);
    const stop = this.#reportStates(channel);
    try {
      for await (const item of channel) this.#listener.item(name, item);
    } catch (error) {
      this.#listener.refused(name, error);
    } finally {
      this.#reading.delete(name);
      stop();
    }
  }

  #reportStates(channel: Channel): () => void {
    let before: ChannelState | undefined;
    return channel.on('state', ({ state, code }) => {
      const text = code === undefined ? stateText(state, before) : undefined;
      before = state;
      if (text !== undefined) this.#listener.note(`${channel.name}: ${text}`);
    });
  }
}

/** `before` is undefined at first. Undefined: the change needs no words. */
function stateText(state: ChannelState, before: ChannelState | undefined): string | undefined {
  switch (state) {
    case 'live':
      if (before === 'lost') return undefined;
      return before === 'recovering' ? 'subscribed again, and no publication is missing' : 'subscribed';
    case 'recovering':
      return 'not subscribed now; the client will ask for what it misses';
    case 'subscribing':
      return before === undefined ? undefined : 'not subscribed now; the client tries again by itself';
    case 'unsubscribed':
    case 'lost':
      // The reader's end and the item `lost` report it.
      return undefined;
  }
}
