/** Ours on uWebSockets.js, with an admin listener beside it. */
import uWS from 'uWebSockets.js';
import { serve, systemClock } from '@sallyport/uws';
import { observedServer } from './admin-listener.ts';
import { openControlChannel, reportUnavailable } from './control-channel.ts';
import { sessionsAsShipped } from './sessions.ts';

if (!('SSLApp' in uWS)) reportUnavailable(`no native uWebSockets.js for Node ${process.version}`);
const { observer, listen } = observedServer();
const sessions = sessionsAsShipped(systemClock, observer);
const { port } = await serve(sessions, { library: uWS, host: '127.0.0.1', port: 0 });
openControlChannel(port, { adminPort: await listen(sessions) });
