/**
 * The upgrade request: what the core needs to know of it, and the HTTP answer to a refused one (RFC 6455, 4.2).
 *
 * The core decides whether a request is accepted. Proven by: the stories of conformance.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawRequest, type RequestReader, type Sessions, UpgradeHeaders } from '@sallyport/core';
import { type Admitted, type Refusal, type Requests, refusalFor } from '@sallyport/listen';
import { addressOf } from './peer.ts';

/** The path of a request, without its query. */
export function pathOf({ url = '' }: IncomingMessage): string | undefined {
  return url.split('?', 1)[0];
}

/** Asks the sessions. `undefined`: they refused, and the request has been answered. `requests` counts refusals. */
export function admit(
  request: IncomingMessage,
  tcp: Duplex,
  sessions: Sessions,
  reader: RequestReader | undefined,
  requests: Requests | undefined,
): Admitted | undefined {
  // Raw: Node joins repeated headers, but keeps the first `Host` only.
  const { rawHeaders } = request;
  const headers = new UpgradeHeaders();
  for (let i = 0; i < rawHeaders.length; i += 2) headers.add(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  const upgrade = headers.requestFrom(addressOf(request));
  const admission = sessions.admit(upgrade, reader?.reading(rawRequestOf(request)));
  if ('protocol' in admission) return admission;
  refuse(tcp, refusalFor(admission, sessions.clientAddress(upgrade.address, upgrade.forwardedFor), requests));
  return undefined;
}

function rawRequestOf({ method = '', url = '', rawHeaders }: IncomingMessage): RawRequest {
  return {
    method,
    url: utf8Of(url),
    forEachHeader(add) {
      for (let i = 0; i < rawHeaders.length; i += 2)
        add(rawHeaders[i] ?? '', utf8Of(rawHeaders[i + 1] ?? ''));
    },
  };
}

/** Node reads each byte as one character. uWebSockets.js reads UTF-8, and so does this. */
function utf8Of(text: string): string {
  return /[\x80-\xff]/.test(text) ? Buffer.from(text, 'latin1').toString() : text;
}

/** Answers and closes the connection; without an answer terminates it. */
export function refuse(tcp: Duplex, refusal: Refusal | undefined): void {
  if (!refusal) return void tcp.destroy();
  const { status, text, headers } = refusal;
  const body = `${text}\n`;
  const all = {
    ...headers,
    connection: 'close',
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  // Node has removed its own `error` listener; without one a reset would end the process.
  tcp.on('error', () => tcp.destroy()).on('finish', () => tcp.destroy());
  tcp.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
