/** ws without an adapter, to show a trap of the library itself. It closes at the end of the test. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';

export interface BareWs {
  readonly port: number;
  readonly server: WebSocketServer;
  /** The next socket that connects. */
  next(): Promise<WebSocket>;
}

export async function bareWs(options: ServerOptions = {}): Promise<BareWs> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  await once(server, 'listening');
  const sockets: WebSocket[] = [];
  const waiting: ((socket: WebSocket) => void)[] = [];
  server.on('connection', (socket) => {
    const waits = waiting.shift();
    if (waits) waits(socket);
    else sockets.push(socket);
  });
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    server,
    next: async () => sockets.shift() ?? new Promise((resolve) => waiting.push(resolve)),
  };
}
