/** Control: a hand-written server on uWebSockets.js that publishes by the library. No limits, no log, no authorization. */
import { listenOnUws } from '../listening.ts';
import { uwsByHand } from '../uws-by-hand.ts';
import { channelAskedFor, publicationText, takePublications } from './publications.ts';

const textOf = (data: ArrayBuffer) => Buffer.from(data).toString();
const app = uwsByHand(textOf, (socket, data) => {
  const channel = channelAskedFor(textOf(data));
  if (channel === undefined) return;
  socket.subscribe(channel);
  socket.send(`subscribed ${channel}`);
});
listenOnUws(app, (port) =>
  takePublications(port, (channel, data) => app.publish(channel, publicationText(channel, data))),
);
