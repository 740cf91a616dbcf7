/**
 * Upgrade requests for other paths, on a server that may have other `upgrade` listeners.
 *
 * Node removes its own listeners and timeouts at an upgrade. So a request without an answer would stay open for ever, and a reset
 * would end the process unless something listens for it. Proven by: test/adapter.test.ts.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { noWebSocket } from '@sallyport/listen';
import { pathOf, refuse } from './handshake.ts';

/** The path of each listener of ours; `undefined`: every path. */
const paths = new WeakMap<object, string | undefined>();

/** Registers a listener of ours. */
export function registerPath(listener: object, path: string | undefined): void {
  paths.set(listener, path);
}

/** Answers with 404 if no other listener can: all listeners are ours, and none takes the path. */
export function leaveToOthers(server: Server, listener: object, request: IncomingMessage, tcp: Duplex): void {
  tcp.on('error', () => {});
  const listeners = server.listeners('upgrade');
  // A listener of the app has no path here, so it may take any.
  const mayTake = (one: object) => [undefined, pathOf(request)].includes(paths.get(one));
  // The first listener answers for all of them.
  if (listeners[0] === listener && !listeners.some(mayTake)) refuse(tcp, noWebSocket);
}
