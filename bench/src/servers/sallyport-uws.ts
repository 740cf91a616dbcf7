/** Ours on uWebSockets.js, in the serve form. */
import uWS from 'uWebSockets.js';
import { serve, systemClock } from '@sallyport/uws';
import { openControlChannel, reportUnavailable } from './control-channel.ts';
import { sessionsAsShipped } from './sessions.ts';

if (!('SSLApp' in uWS)) reportUnavailable(`no native uWebSockets.js for Node ${process.version}`);
const { port } = await serve(sessionsAsShipped(systemClock), { library: uWS, host: '127.0.0.1', port: 0 });
openControlChannel(port);
