/**
 * Both servers in one process, to try them. In production each is a process on a host of its own, and both read the secret from a file.
 *
 * With Node 22.18 or later: build, then run `node examples/ticket/src/main.ts`. Proven by: test/ticket.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { addSockets } from './sockets.ts';
import { Tickets } from './tickets.ts';

export const appServer = createServer().listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1');
export const socketsServer = createServer().listen(Number(process.env['SOCKETS_PORT'] ?? 3001), '127.0.0.1');
await Promise.all([once(appServer, 'listening'), once(socketsServer, 'listening')]);

export const secret = randomBytes(32);
export const appUrl = urlOf(appServer);
export const socketsUrl = urlOf(socketsServer);
appServer.on('request', createApp(new Tickets(secret), socketsUrl));
export const sessions = addSockets(socketsServer, new Tickets(secret), appUrl);

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
