/** Peer: the topics of crossws on uWebSockets.js. */
import crossws from 'crossws/adapters/uws';
import { listenOnUws, nativeApp } from '../listening.ts';
import { crosswsTopics, publishBy } from './crossws-topics.ts';
import { takePublications } from './publications.ts';

const app = nativeApp();
const adapter = crossws({ hooks: crosswsTopics });
app.ws('/*', adapter.websocket);
listenOnUws(app, (port) => takePublications(port, publishBy(adapter)));
