/**
 * One request at a time on a connection: a second request before the first answer is complete terminates the connection.
 *
 * Node parses every request of one read (64 KiB, two thousand small requests) before it looks at the connection again, which
 * takes tens of milliseconds. An upgrade request stops the parser at once. So a request that comes too early pretends to be
 * one, and `serve` terminates its connection in the `upgrade` event. Proven by: the stories of conformance.
 */
import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const busy = new WeakSet<Duplex>();

/** Whether the answer to a request on this connection is not complete. */
export function isBusy(socket: Duplex): boolean {
  return busy.has(socket);
}

export function setBusy(socket: Duplex): void {
  busy.add(socket);
}

export function setFree(socket: Duplex): void {
  busy.delete(socket);
}

/** The class of Node's requests. */
export class OneAtATime extends IncomingMessage {
  constructor(socket: Socket) {
    super(socket);
    if (isBusy(socket)) Object.defineProperty(this, 'upgrade', { get: () => true, set: () => {} });
  }
}
