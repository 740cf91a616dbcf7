/**
 * Makes an app of uWebSockets.js listen: on a TCP port or a Unix socket. It cannot use an inherited socket.
 *
 * Proven by: the stories of conformance.
 */
import type { us_listen_socket } from 'uWebSockets.js';
import { lookup } from 'node:dns/promises';
import { type AddressInfo, createServer } from 'node:net';
import {
  adoptUnixSocket,
  clearUnixSocket,
  hostError,
  type ListenAddress,
  listenError,
  ServeError,
} from '@sallyport/listen';
import type { Library, Undeclared, UndeclaredApp } from './library.ts';

/** Where an app listens. */
export interface Place {
  /** The TCP port, or 0. */
  readonly port: number;
  /** Stops listening. Open connections stay. */
  close(): void;
  /** Stops listening, and lets another app listen here. If that fails, the first app listens again, and this rejects. */
  handOver(from: UndeclaredApp, to: UndeclaredApp): Promise<void>;
}

type Listen = (app: UndeclaredApp) => Promise<us_listen_socket | false>;

/** What the place must allow. */
interface Uses {
  /** Another app of this process takes it over. */
  readonly isReused: boolean;
  /** Other processes listen on the port at the same time. */
  readonly isShared: boolean;
}

/** Rejects with a `ServeError`. */
export async function listen(
  app: UndeclaredApp,
  library: Library & Undeclared,
  address: ListenAddress,
  uses: Uses,
): Promise<Place> {
  switch (address.type) {
    case 'tcp':
      return listenOnPort(app, library, address, uses);
    case 'unix':
      return listenOnUnixSocket(app, library, address.path);
    case 'fd':
      throw new ServeError(
        'ERR_FD',
        `uWebSockets.js cannot listen on the inherited socket fd:${address.fd}; use a port, a host with unix:, or ws`,
      );
  }
}

async function listenOnPort(
  app: UndeclaredApp,
  library: Library & Undeclared,
  { host, port: wanted }: { readonly host: string; readonly port: number },
  { isReused, isShared }: Uses,
): Promise<Place> {
  try {
    const { address } = await lookup(host);
    // With port 0 the library sets neither SO_REUSEADDR nor SO_REUSEPORT: while a connection is open, it cannot listen there again.
    const port = wanted === 0 && (isReused || isShared) ? await probe(address, 0) : wanted;
    const options = isShared ? 0 : library.LIBUS_LISTEN_EXCLUSIVE_PORT;
    const listenOn = (on: number) => (one: UndeclaredApp) =>
      new Promise<us_listen_socket | false>((resolve) => {
        one.listen(address, on, options, resolve);
      });
    const socket = await listenOn(port)(app);
    if (socket) {
      const real = library.us_socket_local_port(socket);
      return placeOf(library, socket, listenOn(real), real, () => {});
    }
    await probe(address, port);
    throw new Error('the port is free again');
  } catch (cause) {
    throw listenError(cause, host, wanted);
  }
}

async function listenOnUnixSocket(
  app: UndeclaredApp,
  library: Library & Undeclared,
  path: string,
): Promise<Place> {
  const host = `unix:${path}`;
  if (typeof app.listen_unix !== 'function')
    throw new ServeError(
      'ERR_UNIX',
      'this version of uWebSockets.js cannot listen on Unix sockets; use a port, or ws',
    );
  await clearUnixSocket(path);
  let remove = () => {};
  const listenOn: Listen = async (one) => {
    const socket = await new Promise<us_listen_socket | false>((resolve) => one.listen_unix(resolve, path));
    if (socket) remove = adoptUnixSocket(path);
    return socket;
  };
  try {
    const socket = await listenOn(app);
    if (socket) return placeOf(library, socket, listenOn, 0, () => remove());
    await probePath(path);
    throw new Error('the path is free again');
  } catch (cause) {
    throw hostError(cause, host);
  }
}

function placeOf(
  library: Library,
  first: us_listen_socket,
  listenOn: Listen,
  port: number,
  remove: () => void,
): Place {
  let socket: us_listen_socket | undefined = first;
  const stop = () => {
    if (socket) library.us_listen_socket_close(socket);
    socket = undefined;
  };
  let isClosed = false;
  return {
    port,
    close: () => {
      isClosed = true;
      stop();
      remove();
    },
    async handOver(from, to) {
      if (isClosed) return;
      // Both in one turn of the event loop, so that hardly any connection is refused in between.
      stop();
      const taken = await listenOn(to);
      socket = taken || (await listenOn(from)) || undefined;
      if (isClosed) stop();
      if (!taken) throw new ServeError('EADDRINUSE', 'the server cannot listen again with the new TLS files');
    },
  };
}

/** The library returns `false` and no reason. Rejects with the system's reason; else resolves with the port, which is free. */
function probe(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port }, () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}

function probePath(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ path }, () => server.close(() => resolve()));
  });
}
