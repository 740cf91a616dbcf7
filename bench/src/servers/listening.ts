/** Listening on a free port of the loopback, on each of the two libraries' own servers. */
import uWS, { type TemplatedApp, type us_listen_socket } from 'uWebSockets.js';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attend, excuse } from './control-channel.ts';

export function listenOnNode(server: Server): void {
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, () => {
    attend((server.address() as AddressInfo).port);
  });
}

/** An app of the native library; the package on npm turns into an imitation where it has no binary. */
export function nativeApp(): TemplatedApp {
  if (!('SSLApp' in uWS)) excuse(`no native uWebSockets.js for Node ${process.version}`);
  return uWS.App();
}

export function listenOnUws(app: TemplatedApp): void {
  app.listen('127.0.0.1', 0, (socket: us_listen_socket | false) => {
    if (socket) attend(uWS.us_socket_local_port(socket));
    else excuse('uWebSockets.js could not listen');
  });
}
