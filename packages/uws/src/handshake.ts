/**
 * The upgrade request: what the core needs to know of it, and the HTTP answer if it is not let in (RFC 6455, 4.2).
 *
 * Whether it is let in is the core's to say. Proven by: the stories of conformance.
 */

import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import type { Peer, Sessions } from '@sallyport/core';
import type { Protocol } from '@sallyport/protocol';
import { addressOf } from './peer.ts';

export interface Admitted {
  readonly peer: Peer;
  readonly protocol: Protocol;
}

/** Nothing if it was refused, and then it has its answer. */
export function admit(res: HttpResponse, req: HttpRequest, sessions: Sessions): Admitted | undefined {
  if (!isHandshake(req)) {
    refuse(res, 400, 'no WebSocket handshake');
    return undefined;
  }
  // An empty header is none: the library does not tell them apart.
  const admission = sessions.admit({
    address: addressOf(res),
    forwardedFor: forwardedFor(req),
    origin: req.getHeader('origin') || undefined,
    host: req.getHeader('host') || undefined,
    protocols: req.getHeader('sec-websocket-protocol') || undefined,
    version: req.getHeader('sec-websocket-version') || undefined,
  });
  if ('protocol' in admission) return admission;
  refuse(res, admission.status, admission.text, admission.headers);
  return undefined;
}

/** Of more than one such header all: `getHeader` gives the first, which is the one that anybody can have written. */
function forwardedFor(req: HttpRequest): string | undefined {
  if (!req.getHeader('x-forwarded-for')) return undefined;
  const values: string[] = [];
  req.forEach((name, value) => {
    if (name === 'x-forwarded-for') values.push(value);
  });
  return values.join(',');
}

/** Whether it is a handshake at all: the library takes anything that has 24 characters for a key. */
function isHandshake(req: HttpRequest): boolean {
  return (
    req.getHeader('upgrade').toLowerCase() === 'websocket' &&
    /(?:^|,)[ \t]*upgrade[ \t]*(?:,|$)/i.test(req.getHeader('connection')) &&
    /^[+/0-9A-Za-z]{22}==$/.test(req.getHeader('sec-websocket-key'))
  );
}

function refuse(
  res: HttpResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  res.cork(() => {
    res.writeStatus(`${status} ${STATUS_CODES[status]}`);
    for (const [name, value] of Object.entries(headers)) res.writeHeader(name, value);
    res.writeHeader('content-type', 'text/plain; charset=utf-8').end(`${text}\n`, true);
  });
}
