/**
 * The serve form: a server of its own, with WebSockets and plain HTTP on one port, on uWebSockets.js.
 *
 * What a listening port needs is here: address, TLS, the end. What a connection is goes on in `adapter.ts`.
 * Proven by: the stories of conformance.
 */

import type { TemplatedApp, us_listen_socket } from 'uWebSockets.js';
import { lookup } from 'node:dns/promises';
import { createServer, isIPv6 } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Sessions } from '@sallyport/core';
import {
  type ServeOptions as AnyServeOptions,
  checkPort,
  type Listening,
  listenError,
  readTlsFiles,
  ServeError,
  siteOf,
} from '@sallyport/listen';
import { behavior } from './adapter.ts';
import { watchDescriptors } from './descriptors.ts';
import { answer } from './http.ts';
import type { Library, Undeclared, UndeclaredApp } from './library.ts';

export interface ServeOptions extends AnyServeOptions {
  /** What `import uWS from 'uWebSockets.js'` gives. */
  readonly library: Library;
}

/** For answers under way, once the sessions are drained. */
const LINGER_MS = 3_000;
/** For peers to take our close frame before they are cut: the library does not tell when one has. */
const FAREWELL_MS = 500;

/** Serves until it is closed. Rejects with a `ServeError` if it cannot. */
export async function serve(sessions: Sessions, options: ServeOptions): Promise<Listening> {
  const { host, tls, path } = options;
  const library = options.library as Library & Undeclared;
  if (typeof library?.App !== 'function')
    throw new ServeError('ERR_LIBRARY', "library must be what `import uWS from 'uWebSockets.js'` gives");
  if (!('SSLApp' in library))
    throw new ServeError(
      'ERR_LIBRARY',
      'uWebSockets.js runs as an imitation in JavaScript: it has no binary for this Node on this platform',
    );
  checkPort(options.port);
  if (tls) readTlsFiles(tls);
  const site = siteOf(options);

  const answers = new Set<Promise<void>>();
  const app = (
    tls ? library.SSLApp({ key_file_name: tls.key, cert_file_name: tls.cert }) : library.App()
  ) as TemplatedApp & UndeclaredApp;
  app.ws(path ?? '/*', behavior(sessions));
  // For every path and method: without a route the library cuts the connection.
  app.any('/*', (res, req) => {
    const answered = answer(res, req, site, sessions);
    answers.add(answered);
    void answered.then(() => answers.delete(answered));
  });

  const socket = await listen(app, library, host, options.port);
  const port = library.us_socket_local_port(socket);
  const stopWatching = watchDescriptors(site.onFault);

  async function end(): Promise<void> {
    site.isClosing = true;
    library.us_listen_socket_close(socket);
    stopWatching();
    const hasPeers = sessions.size > 0;
    await sessions.drain();
    const { closeMs } = sessions.limits;
    if (hasPeers) await sleep(Math.min(closeMs, FAREWELL_MS));
    await Promise.race([
      Promise.all(answers),
      sleep(Math.min(closeMs, LINGER_MS), undefined, { ref: false }),
    ]);
    // The last answer may still be corked: promises go on before the library's own call has returned.
    await nextTurn();
    app.close();
  }
  let ended: Promise<void> | undefined;
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return {
    host,
    port,
    url: `${tls ? 'wss' : 'ws'}://${authority}${path ?? ''}`,
    close: () => (ended ??= end()),
  };
}

async function listen(
  app: UndeclaredApp,
  library: Undeclared,
  host: string,
  port: number,
): Promise<us_listen_socket> {
  try {
    const { address } = await lookup(host);
    const socket = await new Promise<us_listen_socket | false>((resolve) => {
      app.listen(address, port, library.LIBUS_LISTEN_EXCLUSIVE_PORT, resolve);
    });
    if (socket) return socket;
    await probe(address, port);
    throw new Error('the port is free again');
  } catch (cause) {
    throw listenError(cause, host, port);
  }
}

/** The library says no more than `false`: rejects with what the system says. */
function probe(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port }, () => server.close(() => resolve()));
  });
}
