/**
 * Channels in a pipe: prints each publication as a line of JSON, and publishes lines one behind the other, so in their order.
 * Proven by: test/channels-piped.test.ts.
 */
import type { SessionChannels } from '@sallyport/client';
import { isRequestError } from '@sallyport/protocol';
import { exitCodes, Refusal } from '../refusal.ts';
import { dataIn } from './channel-input.ts';
import { ChannelReader } from './channel-reader.ts';
import { itemJson, lostText } from './channel-text.ts';
import { requestFailureText } from './request-failure.ts';

/** The longest time that the client package waits for a publication, in milliseconds. */
const MAX_WAIT_MS = 60_000;

export interface PipedChannelsOptions {
  /** Milliseconds until a publication has failed. */
  readonly waitMs: number;
  /** Report failures and losses only. */
  readonly isQuiet: boolean;
  /** Prints a line of JSON on standard output. */
  print(line: string): void;
  /** Prints a line on standard error. */
  note(line: string): void;
}

export class PipedChannels {
  readonly #session: SessionChannels;
  readonly #options: PipedChannelsOptions;
  #failures = 0;

  constructor(session: SessionChannels, options: PipedChannelsOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** Reads the channels until the session ends. Rejects with a `Refusal` as soon as the server refuses or ends a subscription. */
  async read(channels: readonly string[]): Promise<void> {
    const { print, note, isQuiet } = this.#options;
    await new Promise<void>((resolve, reject) => {
      const reader = new ChannelReader(this.#session, {
        item: (channel, item) => {
          print(itemJson(channel, item));
          if (item.type === 'lost') note(`sallyport: ${lostText(channel)}`);
        },
        note: (text) => {
          if (!isQuiet) note(`sallyport: ${text}`);
        },
        refused: (channel, error) =>
          reject(
            new Refusal(
              requestFailureText(`${channel}: the subscription`, error),
              isRequestError(error) ? exitCodes.requestFailed : exitCodes.ended,
            ),
          ),
      });
      void Promise.all(channels.map((channel) => reader.read(channel))).then(() => resolve());
    });
  }

  /** Publishes one line: its JSON value, or the text that it is. Reports a failure and goes on. */
  async publish(channel: string, line: string): Promise<void> {
    const timeoutMs = Math.min(this.#options.waitMs, MAX_WAIT_MS);
    try {
      await this.#session.channel(channel).publish(dataIn(line), { timeoutMs });
    } catch (error) {
      this.#failures += 1;
      this.#options.note(`sallyport: ${requestFailureText(`${channel}: publish`, error)}`);
    }
  }

  /** A `Refusal` if a publication has failed. */
  get failure(): Refusal | undefined {
    const count = this.#failures;
    if (count === 0) return undefined;
    return new Refusal(
      `${count} ${count === 1 ? 'line was' : 'lines were'} not published`,
      exitCodes.requestFailed,
    );
  }
}
