/**
 * Channels at a terminal: runs what the user wants to do in a channel, and prints what happens there.
 * Proven by: test/channels.test.ts.
 */
import type { SessionChannels } from '@sallyport/client';
import type { ChannelAction } from './channel-input.ts';
import { ChannelReader } from './channel-reader.ts';
import {
  itemJson,
  lostText,
  presenceChangeText,
  presenceJson,
  presenceText,
  publicationLine,
} from './channel-text.ts';
import { requestFailureText } from './request-failure.ts';

/** Where the texts go. */
export interface ChannelScreen {
  /** Whether a person reads standard output. Otherwise it gets lines of JSON. */
  readonly isForPeople: boolean;
  /** Prints one line of the server: for people, or of JSON. */
  print(line: string): void;
  /** Prints one line of this program. */
  note(text: string): void;
}

export class TerminalChannels {
  readonly #session: SessionChannels;
  readonly #screen: ChannelScreen;
  readonly #reader: ChannelReader;
  /** The channels whose changes of presence are printed. */
  readonly #watched = new Set<string>();

  constructor(session: SessionChannels, screen: ChannelScreen) {
    this.#session = session;
    this.#screen = screen;
    this.#reader = new ChannelReader(session, {
      item: (channel, item) => {
        if (!screen.isForPeople) screen.print(itemJson(channel, item));
        else if (item.type === 'publication') screen.print(publicationLine(channel, item));
        if (item.type === 'lost') screen.note(lostText(channel));
      },
      note: (text) => screen.note(text),
      refused: (channel, error) => screen.note(requestFailureText(`${channel}: the subscription`, error)),
    });
  }

  /** Prints what comes of it. Never rejects. */
  async run(action: ChannelAction): Promise<void> {
    const { type, channel } = action;
    const isReading = this.#reader.isReading(channel);
    try {
      if (type === 'publish') await this.#publish(channel, action.data);
      else if (type === 'presence') await this.#presence(channel);
      else if (type === 'unsubscribe') {
        if (isReading) this.#session.channel(channel).unsubscribe();
        this.#screen.note(`${channel}: ${isReading ? 'unsubscribed' : 'not subscribed'}`);
      } else if (isReading) this.#screen.note(`${channel}: subscribed already`);
      else await this.#reader.read(channel);
    } catch (error) {
      this.#screen.note(requestFailureText(`${channel}: ${type}`, error));
    }
  }

  /** A subscriber gets its own publication too, so that needs no further words. */
  async #publish(channel: string, data: unknown): Promise<void> {
    const { offset } = await this.#session.channel(channel).publish(data);
    if (!this.#reader.isReading(channel)) this.#screen.note(`${channel}: published #${offset}`);
  }

  async #presence(name: string): Promise<void> {
    const channel = this.#session.channel(name);
    const presence = await channel.presence();
    this.#screen.print(
      this.#screen.isForPeople ? `< ${presenceText(name, presence)}` : presenceJson(name, presence),
    );
    if (this.#watched.has(name)) return;
    this.#watched.add(name);
    channel.on('presence', (change) => {
      const text = presenceChangeText(name, change);
      if (text !== undefined) this.#screen.note(text);
    });
  }
}
