/**
 * Control: a hand-written server on ws. It has no limits, no timeouts and no heartbeat.
 *
 * With `--cork` it also writes once per tick. That has nothing to do with sessions, so this is the fair control for a server
 * that does the same.
 */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { listenOnNode } from './listening.ts';
import { ACCEPTED, echoOf, isDemoUserIn, REFUSED } from './tutorial-exchange.ts';

const isCorking = process.argv.includes('--cork');

class Client extends WebSocket {
  declare tcp: Socket;
  declare isIn: boolean;
  declare isCorked: boolean;
}

const server = createServer();
const library = new WebSocketServer({ noServer: true, clientTracking: false, WebSocket: Client });

server.on('upgrade', (request, socket, head) => {
  library.handleUpgrade(request, socket, head, (client) => {
    client.tcp = request.socket;
    client.isIn = false;
    client.isCorked = false;
    client.on('error', onError).on('message', onMessage);
  });
});

function onError(this: WebSocket): void {
  this.terminate();
}

function onMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
  const client = this as Client;
  if (isCorking && !client.isCorked) cork(client);
  if (client.isIn) client.send(isBinary ? data : echoOf(data.toString()));
  else {
    client.isIn = !isBinary && isDemoUserIn(data.toString());
    client.send(client.isIn ? ACCEPTED : REFUSED);
  }
}

/** Uncorks after the chunk that was read, which may hold many messages. A later turn of the loop gains nothing more. */
function cork(client: Client): void {
  client.isCorked = true;
  client.tcp.cork();
  process.nextTick(uncork, client);
}

function uncork(client: Client): void {
  client.isCorked = false;
  client.tcp.uncork();
}

listenOnNode(server);
