/** Peer: crossws on uWebSockets.js. */
import crossws from 'crossws/adapters/uws';
import { crosswsGate } from './crossws-hooks.ts';
import { listenOnUws, nativeApp } from './listening.ts';

const app = nativeApp();
app.ws('/*', crossws({ hooks: crosswsGate }).websocket);
listenOnUws(app);
