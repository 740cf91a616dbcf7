/**
 * Control: the gate on ws, as one would write it by hand, with the frames of a tick joined in one buffer. No limits, no timeouts,
 * no heartbeat.
 *
 * `ws` receives, answers pings and closes. Its own control frames leave after the frames that were joined before them.
 * Proven by: test/joined-frames.test.ts.
 */
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { JoinedFrames } from './joined-frames.ts';
import { listenOnNode } from './listening.ts';
import { ACCEPTED, echoOf, isDemoUserIn, REFUSED } from './tutorial-exchange.ts';

class Client extends WebSocket {
  declare frames: JoinedFrames;
  declare isIn: boolean;

  override close(code?: number, reason?: string | Buffer): void {
    this.frames.flush();
    super.close(code, reason);
  }

  override ping(...given: Parameters<WebSocket['ping']>): void {
    this.frames.flush();
    super.ping(...given);
  }

  override pong(...given: Parameters<WebSocket['pong']>): void {
    this.frames.flush();
    super.pong(...given);
  }
}

const server = createServer();
const library = new WebSocketServer({ noServer: true, clientTracking: false, WebSocket: Client });

server.on('upgrade', (request, socket, head) => {
  library.handleUpgrade(request, socket, head, (client) => {
    client.frames = new JoinedFrames(request.socket);
    client.isIn = false;
    client.on('error', onError).on('message', onMessage);
  });
});

function onError(this: WebSocket): void {
  this.terminate();
}

function onMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
  const client = this as Client;
  // No frame follows a close frame.
  if (client.readyState !== WebSocket.OPEN) return;
  if (!client.isIn) {
    client.isIn = !isBinary && isDemoUserIn(data.toString());
    client.frames.addText(client.isIn ? ACCEPTED : REFUSED);
  } else if (isBinary) client.frames.addBytes(data);
  else client.frames.addText(echoOf(data.toString()));
}

listenOnNode(server);
