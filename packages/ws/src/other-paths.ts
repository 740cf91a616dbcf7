/**
 * Upgrade requests for paths that are not ours, on a server that has other listeners, or none.
 *
 * Node takes its own listeners and timeouts off: what nobody answers would stay for ever, and a reset would end the
 * process if nobody listened for it. Proven by: test/adapter.test.ts.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { pathOf, refuse } from './handshake.ts';

/** Each listener of ours, and the path that it takes; nothing is all of them. */
const paths = new WeakMap<object, string | undefined>();

export function takesPath(listener: object, path: string | undefined): void {
  paths.set(listener, path);
}

/** Answers if it is sure that nobody else will: all the listeners are ours, and none takes the path. */
export function leaveToOthers(server: Server, listener: object, request: IncomingMessage, tcp: Duplex): void {
  tcp.on('error', () => {});
  const listeners = server.listeners('upgrade');
  // One that is not ours has no path here: who knows what it takes.
  const mayTake = (one: object) => [undefined, pathOf(request)].includes(paths.get(one));
  // One of them, for all.
  if (listeners[0] === listener && !listeners.some(mayTake)) refuse(tcp, 404, 'no WebSocket here');
}
