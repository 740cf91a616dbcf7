/** Who is at the other end, written as every adapter writes it: one peer, one text. */
import type { IncomingMessage } from 'node:http';
import type { Peer } from '@sallyport/core';

/** Node writes addresses short already, but on a dual-stack socket IPv4 as `::ffff:127.0.0.1`, and zones behind a `%`. */
export function addressOf({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*/, '');
}

export function peerOf(request: IncomingMessage): Peer {
  const address = addressOf(request);
  const { headers } = request;
  return headers.origin ? { address, origin: headers.origin } : { address };
}
