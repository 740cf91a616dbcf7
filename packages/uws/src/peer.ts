/** Who is at the other end, written as every adapter writes it: one peer, one text. */

import type { HttpResponse } from 'uWebSockets.js';
import { SocketAddress } from 'node:net';
import type { Peer } from '@sallyport/core';

/** The library writes all of IPv6 out, and on a dual-stack socket IPv4 as IPv6. */
export function addressOf(res: HttpResponse): string {
  const text = Buffer.from(res.getRemoteAddressAsText()).toString();
  return text.includes(':')
    ? new SocketAddress({ address: text, family: 'ipv6' }).address.replace(/^::ffff:(?=\d+\.)/, '')
    : text;
}

export function peerOf(res: HttpResponse, origin: string): Peer {
  const address = addressOf(res);
  return origin ? { address, origin } : { address };
}
