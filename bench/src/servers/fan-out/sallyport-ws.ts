/** Ours on ws, with channels. */
import { serve, systemClock } from '@sallyport/ws';
import { GatedChannels } from './gated-channels.ts';

const channels = new GatedChannels(systemClock);
const { port } = await serve(channels.sessions, { host: '127.0.0.1', port: 0 });
await channels.takePublications(port);
