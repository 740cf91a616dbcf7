/**
 * The serve form on uWebSockets.js: a server of its own, with WebSocket and plain HTTP on one port.
 *
 * It listens, speaks TLS and closes; `adapter.ts` translates connections. Proven by: the stories of conformance.
 */

import type { TemplatedApp } from 'uWebSockets.js';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Sessions } from '@sallyport/core';
import {
  type ServeOptions as AnyServeOptions,
  checkServeOptions,
  type Listening,
  listenAddressOf,
  ServeError,
  siteOf,
  TlsContext,
  urlOf,
} from '@sallyport/listen';
import { countedBehavior } from './adapter.ts';
import { watchDescriptors } from './descriptors.ts';
import { answer } from './http.ts';
import type { Library, Undeclared, UndeclaredApp } from './library.ts';
import { listen } from './listen.ts';

/** Options of the serve form. `context` is required where the sessions have a type of context. */
export type ServeOptions<Context = unknown> = AnyServeOptions<Context> & {
  /** The default export of `uWebSockets.js`. */
  readonly library: Library;
  /**
   * Whether other processes of the same user may listen on the port as well (`SO_REUSEPORT`), as the workers of one server do. The kernel then spreads
   * connections over them, on Linux. It resets a handshake that a process has not accepted when it stops listening. Without it a port in use is an error.
   * Default: false.
   */
  readonly reusePort?: boolean | undefined;
};

/** How long `close` waits for answers in progress, once the sessions are drained. */
const LINGER_MS = 3_000;
/** How long `close` waits for peers to receive the close frame. The library does not tell when they have. */
const FAREWELL_MS = 500;
/** How long `stopListening` waits for handshakes under way. The library does not tell whether there are any. */
const HANDSHAKES_MS = 1_000;

/** Serves the sessions until `close`. Rejects with a `ServeError` if it cannot listen. */
export async function serve<Context>(
  sessions: Sessions<Context>,
  options: ServeOptions<Context>,
): Promise<Listening> {
  checkServeOptions(options as ServeOptions, ['library', 'reusePort']);
  return serveAny(sessions as Sessions, options as ServeOptions);
}

async function serveAny(sessions: Sessions, options: ServeOptions): Promise<Listening> {
  const { host, path } = options;
  const library = nativeLibrary(options.library);
  const address = listenAddressOf(options);
  const tls = new TlsContext(options.tls);
  const site = siteOf(options);
  const answers = new Set<Promise<void>>();

  function createApp(): TemplatedApp & UndeclaredApp {
    const app = newApp(library, options);
    app.ws(path ?? '/*', countedBehavior(sessions, options, options.tls !== undefined, site.requests));
    // For every path and method: without a route the library closes the connection.
    app.any('/*', (res, req) => {
      const answered = answer(res, req, site, sessions);
      answers.add(answered);
      void answered.then(() => answers.delete(answered));
    });
    return app;
  }
  let current = createApp();
  /** Apps with earlier TLS files keep their connections. */
  const apps = [current];
  const place = await listen(current, library, address, {
    isReused: options.tls !== undefined,
    isShared: options.reusePort === true,
  });
  const stopWatching = watchDescriptors(site.onFault);

  /** The library reads the files when an app is made, so new files need a new app. */
  async function renew(): Promise<void> {
    const next = createApp();
    await place.handOver(current, next);
    current = next;
    apps.push(next);
  }

  async function end(): Promise<void> {
    site.isClosing = true;
    place.close();
    stopWatching();
    const hasPeers = sessions.size > 0;
    await sessions.drain();
    const { closeMs } = sessions.limits;
    if (hasPeers) await sleep(Math.min(closeMs, FAREWELL_MS));
    await Promise.race([
      Promise.all(answers),
      sleep(Math.min(closeMs, LINGER_MS), undefined, { ref: false }),
    ]);
    // The last answer may still be corked: promises continue before the library's own call has returned.
    await nextTurn();
    for (const app of apps) app.close();
  }
  async function stopListening(): Promise<void> {
    place.close();
    await sleep(HANDSHAKES_MS);
  }
  let stopped: Promise<void> | undefined;
  let ended: Promise<void> | undefined;
  const { port } = place;
  return {
    host,
    port,
    url: urlOf(options, port),
    reloadTls: () => tls.reload(renew),
    stopListening: () => (stopped ??= stopListening()),
    close: () => (ended ??= end()),
  };
}

function nativeLibrary(given: Library): Library & Undeclared {
  const library = given as Library & Undeclared;
  if (typeof library?.App !== 'function')
    throw new ServeError(
      'ERR_LIBRARY',
      "library must be the default export of uWebSockets.js: import uWS from 'uWebSockets.js'",
    );
  if ('SSLApp' in library) return library;
  throw new ServeError(
    'ERR_LIBRARY',
    'uWebSockets.js has no binary for this Node on this platform, and Sallyport does not run on its JavaScript fallback',
  );
}

function newApp(library: Library, { tls }: ServeOptions): TemplatedApp & UndeclaredApp {
  if (!tls) return library.App() as TemplatedApp & UndeclaredApp;
  try {
    const app = library.SSLApp({ key_file_name: tls.key, cert_file_name: tls.cert });
    return app as TemplatedApp & UndeclaredApp;
  } catch {
    throw new ServeError('ERR_TLS', `TLS files ${tls.key} and ${tls.cert} are refused by uWebSockets.js`);
  }
}
