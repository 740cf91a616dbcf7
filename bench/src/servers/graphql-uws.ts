/** Peer: graphql-ws on uWebSockets.js. */
import { makeBehavior } from 'graphql-ws/use/uWebSockets';
import { graphqlGate } from './graphql-schema.ts';
import { listenOnUws, nativeApp } from './listening.ts';

const app = nativeApp();
app.ws('/*', makeBehavior(graphqlGate));
listenOnUws(app);
