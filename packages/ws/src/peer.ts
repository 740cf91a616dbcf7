/** The address of the client, in the same notation on every adapter. */
import type { IncomingMessage } from 'node:http';
import type { PeerAddress } from '@sallyport/core';

/** Node shortens addresses, but writes IPv4 as `::ffff:127.0.0.1` on a dual-stack socket, and zones behind a `%`. '' on a Unix socket. */
export function addressOf({ socket }: IncomingMessage): string {
  const address = socket.remoteAddress ?? '';
  if (!address.includes(':')) return address;
  return address.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*/, '');
}

export function peerOf(request: IncomingMessage): PeerAddress {
  const address = addressOf(request);
  const { headers } = request;
  return headers.origin ? { address, origin: headers.origin } : { address };
}
