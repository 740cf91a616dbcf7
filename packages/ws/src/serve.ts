/**
 * The serve form on ws: a server of its own, with WebSocket and plain HTTP on one port.
 *
 * It listens, speaks TLS, sets timeouts and closes; `adapter.ts` translates connections. Proven by: the stories of conformance.
 */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Sessions } from '@sallyport/core';
import {
  checkServeOptions,
  type Listening,
  listenAddressOf,
  noWebSocket,
  refusalFor,
  type ServeOptions,
  siteOf,
  TlsContext,
  urlOf,
} from '@sallyport/listen';
import { attachCounted } from './adapter.ts';
import { pathOf, refuse } from './handshake.ts';
import { answer, clientAddressOf } from './http.ts';
import { listen } from './listen.ts';
import { isBusy, OneAtATime } from './one-at-a-time.ts';

/** Node's defaults keep an unfinished request for more than a minute. */
const settings = {
  IncomingMessage: OneAtATime,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 8_192,
};

/** Connections beyond the sessions' limit, for refusals and plain HTTP. Past them Node closes a connection without reading it. */
const connectionsFor = (sessions: number) => sessions + Math.max(16, Math.ceil(sessions / 8));

/** How long `close` waits, once the sessions are drained, for answers in progress and for peers that are slow to close. */
const LINGER_MS = 3_000;

/** How long `stopListening` waits for handshakes under way. */
const HANDSHAKES_MS = 5_000;

/** Serves the sessions until `close`. Rejects with a `ServeError` if it cannot listen. */
export async function serve<Context>(
  sessions: Sessions<Context>,
  options: ServeOptions<Context>,
): Promise<Listening> {
  checkServeOptions(options);
  return serveAny(sessions as Sessions, options as ServeOptions);
}

async function serveAny(sessions: Sessions, options: ServeOptions): Promise<Listening> {
  const { host, path } = options;
  const address = listenAddressOf(options);
  const tls = new TlsContext(options.tls);
  const site = siteOf(options);
  const onRequest: RequestListener = (incoming, outgoing) => void answer(incoming, outgoing, site, sessions);
  const secure =
    tls.content && createSecureServer({ ...settings, ...tls.content, handshakeTimeout: 10_000 }, onRequest);
  const server = secure ?? createServer(settings, onRequest);
  server.maxConnections = connectionsFor(sessions.limits.connections);
  // Without this listener Node asks for a body before its size is checked.
  server.on('checkContinue', onRequest);
  // Before the listener of `attach`, which ignores a destroyed connection.
  server.on('upgrade', (_, tcp) => {
    if (isBusy(tcp)) tcp.destroy();
  });
  attachCounted(server, sessions, options, site.requests);
  // Connections of plain HTTP. `server.closeAllConnections` would not tell which of them have sent nothing.
  const connections = new Set<Duplex>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('close', forget);
  });
  let hasEmptied = () => {};
  function forget(this: Duplex): void {
    connections.delete(this);
    if (connections.size === 0) hasEmptied();
  }
  server.on('upgrade', (request, tcp) => {
    // From here on the session ends the connection. Keeping it here as well would cost memory.
    forget.call(tcp);
    tcp.off('close', forget);
    if (tcp.destroyed || path === undefined || pathOf(request) === path) return;
    refuse(tcp, refusalFor(noWebSocket, clientAddressOf(request, sessions), site.requests));
  });

  const port = await listen(server, address);
  // Such as EMFILE at an accept. Without a listener it would end the process.
  server.on('error', site.onFault);

  let closed: Promise<unknown> | undefined;
  /** Resolves when every connection has closed. A second call of `server.close` would resolve at once. */
  function closeServer(): Promise<unknown> {
    closed ??= new Promise((resolve) => server.close(resolve));
    return closed;
  }
  function stopListening(): Promise<void> {
    void closeServer();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, HANDSHAKES_MS);
      hasEmptied = () => {
        clearTimeout(timer);
        resolve();
      };
      if (connections.size === 0) hasEmptied();
    });
  }
  async function end(): Promise<void> {
    site.isClosing = true;
    const isClosed = closeServer();
    const terminate = () => {
      for (const socket of connections) socket.destroy();
    };
    // Browsers connect in advance. Node takes a connection that has sent nothing for a busy one.
    for (const socket of connections) if ((socket as Socket).bytesRead === 0) socket.destroy();
    await sessions.drain();
    const timer = setTimeout(terminate, Math.min(sessions.limits.closeMs, LINGER_MS));
    await isClosed;
    clearTimeout(timer);
  }
  let stopped: Promise<void> | undefined;
  let ended: Promise<void> | undefined;
  return {
    host,
    port,
    url: urlOf(options, port),
    reloadTls: () => tls.reload(({ key, cert }) => void secure?.setSecureContext({ key, cert })),
    stopListening: () => (stopped ??= stopListening()),
    close: () => (ended ??= end()),
  };
}
