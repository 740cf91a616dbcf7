/** Listens on a free loopback port, with the servers of both libraries. */
import uWS, { type TemplatedApp, type us_listen_socket } from 'uWebSockets.js';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openControlChannel, reportUnavailable } from './control-channel.ts';

/** `begin` is called with the port. */
export function listenOnNode(server: Server, begin: (port: number) => void = openControlChannel): void {
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, () => {
    begin((server.address() as AddressInfo).port);
  });
}

/** An app of the native library. Without a binary the npm package falls back to JavaScript. */
export function nativeApp(): TemplatedApp {
  if (!('SSLApp' in uWS)) reportUnavailable(`no native uWebSockets.js for Node ${process.version}`);
  return uWS.App();
}

/** `begin` is called with the port. */
export function listenOnUws(app: TemplatedApp, begin: (port: number) => void = openControlChannel): void {
  app.listen('127.0.0.1', 0, (socket: us_listen_socket | false) => {
    if (socket) begin(uWS.us_socket_local_port(socket));
    else reportUnavailable('uWebSockets.js could not listen');
  });
}
