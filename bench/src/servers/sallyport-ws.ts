/** Ours on ws, in the serve form. */
import { serve, systemClock } from '@sallyport/ws';
import { openControlChannel } from './control-channel.ts';
import { sessionsAsShipped } from './sessions.ts';

const { port } = await serve(sessionsAsShipped(systemClock), { host: '127.0.0.1', port: 0 });
openControlChannel(port);
