/** The address of the client, in the same notation on every adapter. Proven by: test/handshake.test.ts, the stories of conformance. */

import type { HttpResponse } from 'uWebSockets.js';
import { SocketAddress } from 'node:net';
import type { PeerAddress } from '@sallyport/core';

/** The last addresses in their short form. Clients come back, and one address may have many clients. */
const shortened = new Map<string, string>();
const MOST_KEPT = 256;

const ascii = new TextDecoder();

/** The library does not shorten IPv6, and writes IPv4 as IPv6 on a dual-stack socket. '' on a Unix socket. */
export function addressOf(res: HttpResponse): string {
  const text = ascii.decode(res.getRemoteAddressAsText());
  if (!text.includes(':')) return text;
  let short = shortened.get(text);
  if (short === undefined) {
    short = new SocketAddress({ address: text, family: 'ipv6' }).address.replace(/^::ffff:(?=\d+\.)/, '');
    if (shortened.size === MOST_KEPT) shortened.clear();
    shortened.set(text, short);
  }
  return short;
}

export function peerOf(res: HttpResponse, origin: string): PeerAddress {
  const address = addressOf(res);
  return origin ? { address, origin } : { address };
}
