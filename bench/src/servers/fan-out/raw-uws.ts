/** Control: a hand-written server on uWebSockets.js that publishes by the library. No limits, no log, no authorization. */
import type { WebSocket } from 'uWebSockets.js';
import { listenOnUws, nativeApp } from '../listening.ts';
import { ACCEPTED, isDemoUserIn, REFUSED } from '../tutorial-exchange.ts';
import { channelAskedFor, publicationText, takePublications } from './publications.ts';

interface Client {
  isIn: boolean;
}

const app = nativeApp();
app.ws<Client>('/*', {
  compression: 0,
  maxPayloadLength: 128 * 1_024,
  maxBackpressure: 4 * 1_024 * 1_024,
  idleTimeout: 0,
  sendPingsAutomatically: false,
  upgrade(res, req, context) {
    res.upgrade(
      { isIn: false },
      req.getHeader('sec-websocket-key'),
      req.getHeader('sec-websocket-protocol'),
      req.getHeader('sec-websocket-extensions'),
      context,
    );
  },
  message(socket: WebSocket<Client>, data) {
    const client = socket.getUserData();
    const text = Buffer.from(data).toString();
    const channel = channelAskedFor(text);
    if (!client.isIn) {
      client.isIn = isDemoUserIn(text);
      socket.send(client.isIn ? ACCEPTED : REFUSED);
    } else if (channel !== undefined) {
      socket.subscribe(channel);
      socket.send(`subscribed ${channel}`);
    }
  },
});
listenOnUws(app, (port) =>
  takePublications(port, (channel, data) => app.publish(channel, publicationText(channel, data))),
);
