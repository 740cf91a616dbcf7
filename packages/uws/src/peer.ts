/** The address of the client, in the same notation on every adapter. */

import type { HttpResponse } from 'uWebSockets.js';
import { SocketAddress } from 'node:net';
import type { PeerAddress } from '@sallyport/core';

/** The library does not shorten IPv6, and writes IPv4 as IPv6 on a dual-stack socket. '' on a Unix socket. */
export function addressOf(res: HttpResponse): string {
  const text = Buffer.from(res.getRemoteAddressAsText()).toString();
  return text.includes(':')
    ? new SocketAddress({ address: text, family: 'ipv6' }).address.replace(/^::ffff:(?=\d+\.)/, '')
    : text;
}

export function peerOf(res: HttpResponse, origin: string): PeerAddress {
  const address = addressOf(res);
  return origin ? { address, origin } : { address };
}
