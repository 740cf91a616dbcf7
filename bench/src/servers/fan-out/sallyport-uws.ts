/** Ours on uWebSockets.js, with channels. */
import uWS from 'uWebSockets.js';
import { serve, systemClock } from '@sallyport/uws';
import { reportUnavailable } from '../control-channel.ts';
import { GatedChannels } from './gated-channels.ts';

if (!('SSLApp' in uWS)) reportUnavailable(`no native uWebSockets.js for Node ${process.version}`);
const channels = new GatedChannels(systemClock);
const { port } = await serve(channels.sessions, { library: uWS, host: '127.0.0.1', port: 0 });
await channels.takePublications(port);
