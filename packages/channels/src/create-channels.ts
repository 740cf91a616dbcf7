/** Makes the channels of one node. Proven by: test/channels.test.ts, test/options.test.ts. */
import type { Channels } from './channels.ts';
import { Node } from './node.ts';
import { type ChannelsOptions, checkChannelsOptions } from './options.ts';

/**
 * Makes the channels of a node, and starts its broker. Throws a `UsageError` that names the first wrong option. `Context` is the type of
 * `session.peer.context`.
 */
export function createChannels<Context = unknown>(options: ChannelsOptions<Context>): Channels<Context> {
  checkChannelsOptions(options as ChannelsOptions);
  // The channels pass a context on and never look at it.
  return new Node(options as ChannelsOptions) as Channels as Channels<Context>;
}
