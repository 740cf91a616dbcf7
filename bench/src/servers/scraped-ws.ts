/** Ours on ws, with an admin listener beside it. */
import { serve, systemClock } from '@sallyport/ws';
import { observedServer } from './admin-listener.ts';
import { openControlChannel } from './control-channel.ts';
import { sessionsAsShipped } from './sessions.ts';

const { observer, listen } = observedServer();
const sessions = sessionsAsShipped(systemClock, observer);
const { port } = await serve(sessions, { host: '127.0.0.1', port: 0 });
openControlChannel(port, { adminPort: await listen(sessions) });
