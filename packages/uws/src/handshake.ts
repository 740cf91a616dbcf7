/**
 * The upgrade request: what the core needs to know of it, and the HTTP answer to a refused one (RFC 6455, 4.2).
 *
 * The core decides whether a request is accepted. Proven by: test/handshake.test.ts and the stories of conformance.
 */

import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import type { RawRequest, RequestReader, Sessions, UpgradeHeaders } from '@sallyport/core';
import { type Admitted, type Refusal, type Requests, refusalFor } from '@sallyport/listen';
import { addressOf } from './peer.ts';

/**
 * Asks the sessions. `undefined`: they refused, and the request will be answered. `headers` is empty, and has the headers of the request
 * afterwards. `requests` counts refusals.
 */
export function admit(
  res: HttpResponse,
  req: HttpRequest,
  headers: UpgradeHeaders,
  sessions: Sessions,
  reader: RequestReader | undefined,
  requests?: Requests,
): Admitted | undefined {
  // Not `getHeader`: it returns the first of repeated headers, and the same for an empty header as for none.
  req.forEach((name, value) => {
    headers.add(name, value);
  });
  const upgrade = headers.requestFrom(addressOf(res));
  const admission = sessions.admit(upgrade, reader?.reading(rawRequestOf(req)));
  if ('protocol' in admission) return admission;
  refuse(res, refusalFor(admission, sessions.clientAddress(upgrade.address, upgrade.forwardedFor), requests));
  return undefined;
}

function rawRequestOf(req: HttpRequest): RawRequest {
  const query = req.getQuery();
  return {
    method: req.getCaseSensitiveMethod(),
    url: query ? `${req.getUrl()}?${query}` : req.getUrl(),
    forEachHeader(add) {
      req.forEach((name, value) => {
        add(name, value);
      });
    },
  };
}

/**
 * Answers and closes the connection; without an answer terminates it. It answers in a later turn of the event loop: until then
 * the library closes a connection that sends a further request, so bad requests in one write are not answered one by one.
 */
function refuse(res: HttpResponse, refusal: Refusal | undefined): void {
  if (!refusal) return void res.close();
  const { status, text, headers } = refusal;
  let isClosed = false;
  res.onAborted(() => {
    isClosed = true;
  });
  setImmediate(() => {
    if (isClosed) return;
    res.cork(() => {
      res.writeStatus(`${status} ${STATUS_CODES[status]}`);
      for (const [name, value] of Object.entries(headers)) res.writeHeader(name, value);
      res.writeHeader('content-type', 'text/plain; charset=utf-8').end(`${text}\n`, true);
    });
  });
}
