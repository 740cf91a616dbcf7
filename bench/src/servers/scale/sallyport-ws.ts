/** Ours on ws, with channels over Redis. */
import { serve, systemClock } from '@sallyport/ws';
import { channelsOverRedis } from './channels-over-redis.ts';
import { redisOptions, roundTrips } from './redis-options.ts';

const { url } = redisOptions();
const channels = await channelsOverRedis(systemClock, url);
const { port } = await serve(channels.sessions, { host: '127.0.0.1', port: 0 });
await channels.takePublications(port, await roundTrips(url));
