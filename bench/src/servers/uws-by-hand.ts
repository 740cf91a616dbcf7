/**
 * A hand-written server on uWebSockets.js: it signs clients in and passes their messages on. It has no limits, no timeouts and no heartbeat.
 *
 * `raw-uws.ts` echoes the messages, and `fan-out/raw-uws.ts` takes subscriptions. Proven by: test/quick.test.ts, test/fan-out.test.ts.
 */
import type { TemplatedApp, WebSocket } from 'uWebSockets.js';
import { nativeApp } from './listening.ts';
import { ACCEPTED, isDemoUserIn, REFUSED } from './tutorial-exchange.ts';

/** What the library keeps with each socket. */
export interface Client {
  isIn: boolean;
}

/** `onMessage` gets the messages of signed-in clients. `textOf` reads a text. */
export function uwsByHand(
  textOf: (data: ArrayBuffer) => string,
  onMessage: (socket: WebSocket<Client>, data: ArrayBuffer, isBinary: boolean) => void,
): TemplatedApp {
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
    message(socket, data, isBinary) {
      const client = socket.getUserData();
      if (client.isIn) onMessage(socket, data, isBinary);
      else {
        client.isIn = !isBinary && isDemoUserIn(textOf(data));
        socket.send(client.isIn ? ACCEPTED : REFUSED);
      }
    },
  });
  return app;
}
