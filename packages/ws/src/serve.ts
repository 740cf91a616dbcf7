/**
 * The serve form: a server of its own, with WebSockets and plain HTTP on one port, on ws.
 *
 * What a listening port needs is here: address, TLS, timeouts, the end. What a connection is goes on in `adapter.ts`.
 * Proven by: the stories of conformance.
 */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, isIPv6, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Sessions } from '@sallyport/core';
import {
  checkPort,
  type Listening,
  listenError,
  readTlsFiles,
  type ServeOptions,
  siteOf,
} from '@sallyport/listen';
import { attach } from './adapter.ts';
import { pathOf, refuse } from './handshake.ts';
import { answer } from './http.ts';
import { isBusy, OneAtATime } from './one-at-a-time.ts';

/** Times tighter than Node's, which let an unfinished request stay for more than a minute. */
const settings = {
  IncomingMessage: OneAtATime,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 8_192,
};

/** Beyond the sessions' limit, for those that are told so, and for plain HTTP; past it a connection is closed unread. */
const roomFor = (sessions: number) => sessions + Math.max(16, Math.ceil(sessions / 8));

/** For answers under way and for peers that are slow to close, once the sessions are drained. */
const LINGER_MS = 3_000;

/** Serves until it is closed. Rejects with a `ServeError` if it cannot. */
export async function serve(sessions: Sessions, options: ServeOptions): Promise<Listening> {
  const { host, path } = options;
  checkPort(options.port);
  const files = options.tls && readTlsFiles(options.tls);
  const site = siteOf(options);
  const onRequest: RequestListener = (incoming, outgoing) => void answer(incoming, outgoing, site, sessions);
  const server = files
    ? createSecureServer({ ...settings, ...files, handshakeTimeout: 10_000 }, onRequest)
    : createServer(settings, onRequest);
  server.maxConnections = roomFor(sessions.limits.connections);
  // Without it Node tells a client to send a body before anybody has looked at its size.
  server.on('checkContinue', onRequest);
  // Before the listener of `attach`, which leaves a connection alone that is destroyed.
  server.on('upgrade', (_, tcp) => {
    if (isBusy(tcp)) tcp.destroy();
  });
  attach(server, sessions, { path });
  // Those that are plain HTTP. `server.closeAllConnections` would do for them, but not tell who never asked anything.
  const connections = new Set<Duplex>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('close', forget);
  });
  function forget(this: Duplex): void {
    connections.delete(this);
  }
  server.on('upgrade', (request, tcp) => {
    // From here on its session sees to its end, and it is to cost no more than that.
    connections.delete(tcp);
    tcp.off('close', forget);
    if (tcp.destroyed) return;
    if (path !== undefined && pathOf(request) !== path) refuse(tcp, 404, 'no WebSocket here');
  });

  await listen(server, host, options.port);
  // Such as EMFILE at an accept; without a listener it would end the process.
  server.on('error', site.onFault);
  const { port } = server.address() as AddressInfo;

  async function end(): Promise<void> {
    site.isClosing = true;
    const gone = new Promise((resolve) => server.close(resolve));
    const cut = () => {
      for (const socket of connections) socket.destroy();
    };
    // Browsers connect in advance; Node takes one that never asked anything for busy.
    for (const socket of connections) if ((socket as Socket).bytesRead === 0) socket.destroy();
    await sessions.drain();
    const timer = setTimeout(cut, Math.min(sessions.limits.closeMs, LINGER_MS));
    await gone;
    clearTimeout(timer);
  }
  let ended: Promise<void> | undefined;
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return {
    host,
    port,
    url: `${files ? 'wss' : 'ws'}://${authority}${path ?? ''}`,
    close: () => (ended ??= end()),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error) => reject(listenError(cause, host, port));
    server.once('error', onError);
    server.listen({ host, port }, () => {
      server.off('error', onError);
      resolve();
    });
  });
}
