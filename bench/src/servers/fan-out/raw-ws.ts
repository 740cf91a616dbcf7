/**
 * Control: a hand-written server on ws. It makes one frame for all subscribers, and corks each socket until the tick ends. No limits, no log,
 * no authorization.
 */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrame } from '../joined-frames.ts';
import { listenOnNode } from '../listening.ts';
import { ACCEPTED, isDemoUserIn, REFUSED } from '../tutorial-exchange.ts';
import { channelAskedFor, publicationText, takePublications } from './publications.ts';

class Client extends WebSocket {
  declare tcp: Socket;
  declare isIn: boolean;
}

const server = createServer();
const library = new WebSocketServer({ noServer: true, clientTracking: false, WebSocket: Client });
const channels = new Map<string, Set<Client>>();
const corked: Socket[] = [];

server.on('upgrade', (request, socket, head) => {
  library.handleUpgrade(request, socket, head, (client) => {
    client.tcp = request.socket;
    client.isIn = false;
    client.on('error', onError).on('message', onMessage).on('close', onClose);
  });
});

function onError(this: WebSocket): void {
  this.terminate();
}

function onClose(this: WebSocket): void {
  for (const subscribers of channels.values()) subscribers.delete(this as Client);
}

function onMessage(this: WebSocket, data: Buffer): void {
  const client = this as Client;
  const text = data.toString();
  const channel = channelAskedFor(text);
  if (!client.isIn) {
    client.isIn = isDemoUserIn(text);
    client.send(client.isIn ? ACCEPTED : REFUSED);
  } else if (channel !== undefined) {
    const subscribers = channels.get(channel) ?? new Set();
    channels.set(channel, subscribers.add(client));
    client.send(`subscribed ${channel}`);
  }
}

function publish(channel: string, data: string): void {
  const frame = textFrame(publicationText(channel, data));
  if (corked.length === 0) process.nextTick(uncorkAll);
  for (const client of channels.get(channel) ?? []) {
    if (client.readyState !== WebSocket.OPEN) continue;
    if (client.tcp.writableCorked === 0) {
      client.tcp.cork();
      corked.push(client.tcp);
    }
    client.tcp.write(frame);
  }
}

function uncorkAll(): void {
  for (const tcp of corked.splice(0)) tcp.uncork();
}

listenOnNode(server, (port) => takePublications(port, publish));
