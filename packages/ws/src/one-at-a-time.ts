/**
 * One request at a time on a connection: a further one before the answer is out gets the connection cut.
 *
 * Node hands over every request of one read (64 KiB, so two thousand small ones) before it looks at the connection again,
 * and that costs tens of milliseconds. A request that wants an upgrade ends the reading at once. So a request that comes
 * too early says that it wants one, and `serve` cuts its connection in the `upgrade` event. Proven by: the stories of
 * conformance.
 */
import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const busy = new WeakSet<Duplex>();

/** Whether a request on this connection waits for the last byte of its answer. */
export function isBusy(socket: Duplex): boolean {
  return busy.has(socket);
}

export function setBusy(socket: Duplex): void {
  busy.add(socket);
}

export function setFree(socket: Duplex): void {
  busy.delete(socket);
}

/** What Node is to make requests of. */
export class OneAtATime extends IncomingMessage {
  constructor(socket: Socket) {
    super(socket);
    if (isBusy(socket)) Object.defineProperty(this, 'upgrade', { get: () => true, set: () => {} });
  }
}
