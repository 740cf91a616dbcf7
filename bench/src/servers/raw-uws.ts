/**
 * Control: a hand-written server on uWebSockets.js. It has no limits, no timeouts and no heartbeat.
 *
 * With `--text-decoder` one shared decoder reads the texts. It is faster than `Buffer` for short ones and has the same result:
 * the library refuses malformed UTF-8 before, and `ignoreBOM` keeps a leading BOM.
 */
import type { WebSocket } from 'uWebSockets.js';
import { listenOnUws, nativeApp } from './listening.ts';
import { ACCEPTED, echoOf, isDemoUserIn, REFUSED } from './tutorial-exchange.ts';

interface Client {
  isIn: boolean;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const textOf: (data: ArrayBuffer) => string = process.argv.includes('--text-decoder')
  ? (data) => decoder.decode(data)
  : (data) => Buffer.from(data).toString();

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
  message(socket: WebSocket<Client>, data, isBinary) {
    const client = socket.getUserData();
    if (client.isIn) socket.send(isBinary ? data : echoOf(textOf(data)), isBinary);
    else {
      client.isIn = !isBinary && isDemoUserIn(textOf(data));
      socket.send(client.isIn ? ACCEPTED : REFUSED);
    }
  },
});
listenOnUws(app);
