/**
 * Plain HTTP of uWebSockets.js: what a request consists of, and how a response is written.
 *
 * What is answered is `fetch`'s affair (`respond` of listen), when to stop is that of `serve.ts`. Proven by: the stories of
 * conformance.
 */

import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { type RequestParts, respond, type Site, statusText } from '@sallyport/listen';
import { peerOf } from './peer.ts';
import { stream } from './stream.ts';

/** A body that comes in too slowly is not waited for; the library's own timeout begins anew with each byte. */
const REQUEST_MS = 15_000;
/** Up to this a response of a known length is gathered and sent with it; past it, it goes out in chunks. */
const WHOLE_BYTES = 1_048_576;

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
  const declared = Number(req.getHeader('content-length'));
  await Promise.race([exchange(res, partsOf(res, req), declared, gone.signal, site), left]);
}

async function exchange(
  res: HttpResponse,
  parts: RequestParts,
  declared: number,
  signal: AbortSignal,
  site: Site,
): Promise<void> {
  try {
    const body = await readBody(res, declared, site.maxBodyBytes, signal);
    const response = await respond(parts, body, signal, site);
    // What is left of a request that is too large is not waited for.
    const isLast = site.isClosing || !body;
    await send(response, res, { isHead: parts.method === 'HEAD', isLast }, signal);
  } catch (error) {
    if (signal.aborted) return;
    site.onFault(error);
    res.close();
  }
}

/** All that is wanted of a request, which is gone when its handler returns. */
function partsOf(res: HttpResponse, req: HttpRequest): RequestParts {
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

/** Nothing if it is too large; rejects if it breaks off. */
function readBody(
  res: HttpResponse,
  declared: number,
  most: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  // At once: what a client says that it will send is not kept until it has sent it.
  if (declared > most) return Promise.resolve(undefined);
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
      if (size <= most) chunks.push(new Uint8Array(chunk.slice(0)));
      if (!isLast && size <= most) return;
      clearTimeout(deadline);
      resolve(size <= most ? Buffer.concat(chunks) : undefined);
    });
  });
}

async function send(
  response: Response,
  res: HttpResponse,
  { isHead, isLast }: { readonly isHead: boolean; readonly isLast: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { body, status, headers } = response;
  const isDeclared = headers.has('content-length');
  const length = Number(headers.get('content-length'));
  const isShort = isDeclared && length <= WHOLE_BYTES;
  const begin = () => {
    res.writeStatus(`${status} ${statusText(response)}`);
    // The library says how long the body is, or that it comes in chunks.
    for (const [name, value] of headers)
      if (name !== 'content-length' && name !== 'transfer-encoding') res.writeHeader(name, value);
  };
  if (signal.aborted) await body?.cancel();
  else if (isHead || !body || isShort) {
    const whole = isHead || !body ? await body?.cancel() : await response.arrayBuffer();
    if (signal.aborted) return;
    res.cork(() => {
      begin();
      if (whole) res.end(whole, isLast);
      else if (isHead || status === 204 || status === 304)
        endWithoutBody(res, isDeclared ? length : undefined, isLast);
      else res.end('', isLast);
    });
  } else {
    res.cork(() => {
      begin();
      // Said here: `end` would write it into the body.
      if (isLast) res.writeHeader('connection', 'close');
    });
    await stream(body, res, signal);
    if (!signal.aborted) res.cork(() => res.end());
  }
}

/** The library is not told a length: it would wait for as many bytes, not close, and cut who asks for more meanwhile. */
function endWithoutBody(res: HttpResponse, length: number | undefined, isLast: boolean): void {
  if (length !== undefined) res.writeHeader('content-length', String(length));
  if (isLast) res.writeHeader('connection', 'close');
  res.endWithoutBody();
}
