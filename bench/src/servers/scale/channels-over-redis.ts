/** Sallyport's channels over Redis, as they are shipped: every default, and an authorizer that allows everything to the demo user. */
import { createRedisBroker } from '@sallyport/broker-redis';
import type { systemClock } from '@sallyport/ws';
import { GatedChannels } from '../fan-out/gated-channels.ts';

/** Resolves once the broker is connected. */
export function channelsOverRedis(clock: typeof systemClock, url: string): Promise<GatedChannels> {
  return new Promise((resolve) => {
    const broker = createRedisBroker({ url, observe: { connected: () => resolve(channels) } });
    const channels = new GatedChannels(clock, broker);
  });
}
