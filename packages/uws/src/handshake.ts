/**
 * The upgrade request: what the core needs to know of it, and the HTTP answer if it is not let in (RFC 6455, 4.2).
 *
 * Whether it is let in is the core's to say. Proven by: the stories of conformance.
 */

import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import { type Peer, type Sessions, UpgradeHeaders } from '@sallyport/core';
import type { Protocol } from '@sallyport/protocol';
import { addressOf } from './peer.ts';

export interface Admitted {
  readonly peer: Peer;
  readonly protocol: Protocol;
  /** `Sec-WebSocket-Key`, which the library turns into its answer. */
  readonly key: string;
}

/** Nothing if it was refused, and then it has its answer. */
export function admit(res: HttpResponse, req: HttpRequest, sessions: Sessions): Admitted | undefined {
  const headers = new UpgradeHeaders();
  // Not `getHeader`: that gives the first of several, and does not tell an empty header from none.
  req.forEach((name, value) => {
    headers.add(name, value);
  });
  const admission = sessions.admit(headers.requestFrom(addressOf(res)));
  if ('protocol' in admission) return { ...admission, key: headers.key };
  refuse(res, admission.status, admission.text, admission.headers);
  return undefined;
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
