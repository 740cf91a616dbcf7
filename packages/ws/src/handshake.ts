/**
 * The upgrade request: what the core needs to know of it, and the HTTP answer if it is not let in (RFC 6455, 4.2).
 *
 * Whether it is let in is the core's to say. Proven by: the stories of conformance.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Peer, type Sessions, UpgradeHeaders } from '@sallyport/core';
import type { Protocol } from '@sallyport/protocol';
import { addressOf } from './peer.ts';

export interface Admitted {
  readonly peer: Peer;
  readonly protocol: Protocol;
}

/** The path of a request, without its query. */
export function pathOf({ url = '' }: IncomingMessage): string | undefined {
  return url.split('?', 1)[0];
}

/** Nothing if it was refused, and then it has its answer. */
export function admit(request: IncomingMessage, tcp: Duplex, sessions: Sessions): Admitted | undefined {
  // As they came. What Node has joined lacks the second `Host`.
  const { rawHeaders } = request;
  const headers = new UpgradeHeaders();
  for (let i = 0; i < rawHeaders.length; i += 2) headers.add(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  const admission = sessions.admit(headers.requestFrom(addressOf(request)));
  if ('protocol' in admission) return admission;
  refuse(tcp, admission.status, admission.text, admission.headers);
  return undefined;
}

export function refuse(
  tcp: Duplex,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = `${text}\n`;
  const all = {
    ...headers,
    connection: 'close',
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  // Node has taken its own listener off, and a reset must not end the process.
  tcp.on('error', () => tcp.destroy()).on('finish', () => tcp.destroy());
  tcp.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
