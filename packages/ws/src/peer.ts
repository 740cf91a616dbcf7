/** Who is at the other end, written as every adapter writes it: one peer, one text. */
import type { IncomingMessage } from 'node:http';
import type { Peer } from '@sallyport/core';

/** Node writes addresses short already, but on a dual-stack socket IPv4 as `::ffff:127.0.0.1`, and zones behind a `%`. */
export function peerOf({ socket, headers }: IncomingMessage): Peer {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
  return headers.origin ? { address, origin: headers.origin } : { address };
}
