/** `channels`: the extension that adds channels to a session. Proven by: test/channels/reading.test.ts, test/size.test.ts. */
import type { Extension } from '../extension.ts';
import { checkNames } from '../option-names.ts';
import type { SessionChannels } from './channel.ts';
import { Channels } from './channels.ts';

/** The options of `channels`. An unknown option is a `TypeError`. */
export interface ChannelsOptions {
  /**
   * Items that a reader may have and not consumed: 1 or more. A reader that does not keep up recovers the rest when it has consumed
   * those. Default 256, less than what a server recovers at once.
   */
  readonly unread?: number;
  /** Publications before the subscription that the first reader of a channel gets: 0 or more, as far as the server has them. Default 0. */
  readonly history?: number;
}

const names: Readonly<Record<keyof ChannelsOptions, true>> = { unread: true, history: true };

/** Adds the method `channel` to a session: `connect(url, { credentials, extensions: [channels()] })`. Throws a `TypeError` for a wrong option. */
export function channels(options: ChannelsOptions = {}): Extension<SessionChannels> {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('channels(options): the options must be an object');
  checkNames(options, Object.keys(names), 'channels');
  const { unread = 256, history = 0 } = options;
  if (!Number.isSafeInteger(unread) || unread < 1)
    throw new TypeError('unread must be a whole number of at least 1');
  if (!Number.isSafeInteger(history) || history < 0)
    throw new TypeError('history must be a whole number of at least 0');
  return { name: 'channels', extend: (link) => new Channels(link, { unread, history }) };
}
