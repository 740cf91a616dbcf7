/**
 * Plain HTTP of uWebSockets.js, translated from and to the web's `Request` and `Response`.
 *
 * What is answered is `fetch`'s affair (`fetch.ts`), when to stop is that of `serve.ts`. Proven by: the stories of
 * conformance.
 */

import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import type { Peer } from '@sallyport/core';
import { badRequest, type Fetch, failed, MAX_BODY_BYTES, siteUrl, tooLarge } from '@sallyport/listen';
import { peerOf } from './peer.ts';
import { stream } from './stream.ts';

export interface Site {
  readonly scheme: 'http' | 'https';
  readonly fetch: Fetch;
  /** No connection is to be kept for a further request. */
  isClosing: boolean;
  onFault(error: unknown): void;
}

/** A body that comes in too slowly is not waited for; the library's own timeout begins anew with each byte. */
const REQUEST_MS = 15_000;

/** What is read of a request before its handler returns; then it is gone. */
interface Incoming {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly peer: Peer;
}

/** Answers one request; resolves when it is answered or the client has gone. Never rejects. */
export async function answer(res: HttpResponse, req: HttpRequest, site: Site): Promise<void> {
  const gone = new AbortController();
  // Without this listener an answer that is not there at once would end the process.
  const left = new Promise<void>((resolve) => {
    res.onAborted(() => {
      gone.abort();
      resolve();
    });
  });
  await Promise.race([exchange(res, read(res, req), gone.signal, site), left]);
}

async function exchange(
  res: HttpResponse,
  incoming: Incoming,
  signal: AbortSignal,
  site: Site,
): Promise<void> {
  try {
    const response = await respond(incoming, readBody(res, signal), signal, site);
    await send(response, res, incoming.method === 'HEAD', signal, site);
  } catch (error) {
    if (signal.aborted) return;
    site.onFault(error);
    res.close();
  }
}

function read(res: HttpResponse, req: HttpRequest): Incoming {
  const headers: [string, string][] = [];
  req.forEach((name, value) => {
    headers.push([name, value]);
  });
  const query = req.getQuery();
  return {
    method: req.getCaseSensitiveMethod(),
    target: query ? `${req.getUrl()}?${query}` : req.getUrl(),
    host: req.getHeader('host'),
    headers,
    peer: peerOf(res, req.getHeader('origin')),
  };
}

async function respond(
  incoming: Incoming,
  whole: Promise<Uint8Array<ArrayBuffer> | undefined>,
  signal: AbortSignal,
  site: Site,
): Promise<Response> {
  const body = await whole;
  if (!body) return tooLarge();
  const request = toRequest(incoming, body, signal, site);
  if (!request) return badRequest();
  try {
    return await site.fetch(request, { peer: incoming.peer });
  } catch (error) {
    site.onFault(error);
    return failed();
  }
}

/** Nothing if it is too large; rejects if it breaks off. */
function readBody(res: HttpResponse, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const deadline = setTimeout(() => res.close(), REQUEST_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(deadline);
      reject(new Error('the request broke off'));
    });
    res.onData((chunk, isLast) => {
      size += chunk.byteLength;
      if (size <= MAX_BODY_BYTES) chunks.push(new Uint8Array(chunk.slice(0)));
      if (!isLast && size <= MAX_BODY_BYTES) return;
      clearTimeout(deadline);
      resolve(size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined);
    });
  });
}

/** Nothing if it is none by the web's rules: a method that they forbid, a host that is none. */
function toRequest(
  { method, target, host, headers }: Incoming,
  body: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
  { scheme }: Site,
): Request | undefined {
  try {
    // A target may be a whole URL (RFC 9112, 3.2.2).
    const url = target.startsWith('/') ? siteUrl(scheme, host, target) : target;
    const init = { method, headers: headers.map(([name, value]): [string, string] => [name, value]), signal };
    return new Request(
      url,
      body.length > 0 && method !== 'GET' && method !== 'HEAD' ? { ...init, body } : init,
    );
  } catch {
    return undefined;
  }
}

async function send(
  response: Response,
  res: HttpResponse,
  isHead: boolean,
  signal: AbortSignal,
  site: Site,
): Promise<void> {
  const { body, status, statusText, headers } = response;
  const isDeclared = headers.has('content-length');
  const length = Number(headers.get('content-length'));
  const isShort = isDeclared && length <= MAX_BODY_BYTES;
  const begin = () => {
    res.writeStatus(`${status} ${statusText || STATUS_CODES[status]}`);
    // The library says how long the body is, or that it comes in chunks.
    for (const [name, value] of headers)
      if (name !== 'content-length' && name !== 'transfer-encoding') res.writeHeader(name, value);
  };
  if (isHead || !body || isShort) {
    const whole = isHead || !body ? await body?.cancel() : await response.arrayBuffer();
    if (signal.aborted) return;
    res.cork(() => {
      begin();
      if (whole) res.end(whole, site.isClosing);
      else if (isHead || status === 204 || status === 304)
        endWithoutBody(res, isDeclared ? length : undefined, site);
      else res.end('', site.isClosing);
    });
  } else if (signal.aborted) await body.cancel();
  else {
    res.cork(() => {
      begin();
      // Said here: `end` would write it into the body.
      if (site.isClosing) res.writeHeader('connection', 'close');
    });
    await stream(body, res, signal);
    if (!signal.aborted) res.cork(() => res.end());
  }
}

/** A length that is not known has to be left out: the library takes `undefined` for 2 to the power of 63. */
function endWithoutBody(res: HttpResponse, length: number | undefined, { isClosing }: Site): void {
  if (length !== undefined) res.endWithoutBody(length, isClosing);
  else {
    if (isClosing) res.writeHeader('connection', 'close');
    res.endWithoutBody();
  }
}
