/** Ours on uWebSockets.js, with channels over Redis. */
import uWS from 'uWebSockets.js';
import { serve, systemClock } from '@sallyport/uws';
import { reportUnavailable } from '../control-channel.ts';
import { channelsOverRedis } from './channels-over-redis.ts';
import { redisOptions, roundTrips } from './redis-options.ts';

if (!('SSLApp' in uWS)) reportUnavailable(`no native uWebSockets.js for Node ${process.version}`);
const { url } = redisOptions();
const channels = await channelsOverRedis(systemClock, url);
const { port } = await serve(channels.sessions, { library: uWS, host: '127.0.0.1', port: 0 });
await channels.takePublications(port, await roundTrips(url));
