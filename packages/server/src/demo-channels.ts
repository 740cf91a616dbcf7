/**
 * The demo channels: the demo user may do everything in `demo:*`, so that two terminals or browser tabs talk to each other at once.
 *
 * Only a server with the demo user and without an app has them. Its password is public, so such a server listens only on
 * loopback addresses (`host.ts`). Proven by: test/demo-channels.test.ts.
 */
import { allow, type Broker, type Channels, createChannels, deny } from '@sallyport/channels';
import type { Clock } from '@sallyport/core';
import type { Logger } from 'pino';
import { logChannelFaults } from './channel-faults.ts';

/** The beginning of the names of the demo channels. */
const PREFIX = 'demo:';

/** The pattern of the demo channels, for messages. */
export const DEMO_CHANNELS = `${PREFIX}*`;

/** Makes the demo channels. Each keeps its last 50 publications for 5 minutes. `broker` shares them with other servers; default: in memory. */
export function createDemoChannels(clock: Clock, log: Logger, broker?: Broker): Channels {
  return createChannels({
    clock,
    random: Math.random,
    authorize: (_session, channel) => (channel.startsWith(PREFIX) ? allow() : deny()),
    namespaces: { [DEMO_CHANNELS]: { historySize: 50 } },
    ...(broker && { broker }),
    onFault: logChannelFaults(log),
  });
}
