/**
 * Plain HTTP of uWebSockets.js: reads a request, and terminates connections that break the limits.
 *
 * The library closes a connection that sends a second request while the first is pending. So no request is answered in the turn
 * of the event loop that brought it: a second request in the same read must be seen first. `respond` of listen decides the
 * answer, `send.ts` writes it, and `serve.ts` decides when to stop. Proven by: test/http.test.ts and the stories of conformance.
 */

import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import type { Sessions } from '@sallyport/core';
import {
  Body,
  Client,
  type OwnBytes,
  outgoingReady,
  type RequestParts,
  respond,
  type Site,
  tooMany,
} from '@sallyport/listen';
import { addressOf, peerOf } from './peer.ts';
import { isUnseen, send } from './send.ts';

/** Time for a whole body. The library's own timeout starts again with each byte. */
const REQUEST_MS = 15_000;
/** Requests that an answer counts as where the library does not tell whether the client reads it. */
const UNSEEN_COST = 10;

/** Answers one request, or terminates its connection. Resolves when it is answered or the connection has closed. Never rejects. */
export async function answer(
  res: HttpResponse,
  req: HttpRequest,
  site: Site,
  sessions: Pick<Sessions, 'clientAddress'>,
): Promise<void> {
  const client = new Client();
  // Without this listener the library throws if the handler returns without an answer.
  res.onAborted(() => client.closed());
  const { ruling, usage } = site.requests.begin(
    sessions.clientAddress(addressOf(res), req.getHeader('x-forwarded-for') || undefined),
  );
  if (ruling === 'cut') return void res.close();
  if (ruling === 'refuse') {
    const how = { isHead: req.getCaseSensitiveMethod() === 'HEAD', isLast: true };
    await nextTurn();
    if (!client.isClosed) await send(outgoingReady(tooMany), res, how, client, site);
    return;
  }
  const closed = new Promise<void>((resolve) => client.onClosed(resolve));
  const parts = partsOf(res, req);
  const hasBody = Boolean(req.getHeader('content-length') || req.getHeader('transfer-encoding'));
  const declared = Number(req.getHeader('content-length'));
  const exchange = async () => {
    const body = hasBody ? await readBody(res, declared, site.maxBodyBytes, client) : noBytes;
    await nextTurn();
    if (client.isClosed) return;
    const answered = await respond(parts, body, client, site);
    if (client.isClosed) return;
    // The rest of a request that is too large is not read, so the connection cannot be kept.
    const how = { isHead: parts.method === 'HEAD', isLast: site.isClosing || !body };
    if (isUnseen(answered, how)) site.requests.charge(usage, UNSEEN_COST);
    await send(answered, res, how, client, site);
  };
  const failed = (error: unknown) => {
    if (client.isClosed) return;
    site.onFault(error);
    try {
      res.close();
    } catch {
      // The body was longer than its content-length: the answer is complete, and the response is not valid any more.
    }
  };
  await Promise.race([exchange().catch(failed), closed]);
  site.requests.end(usage);
}

const noBytes = new Uint8Array();

const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Copies the request, which is not valid after its handler returns. */
function partsOf(res: HttpResponse, req: HttpRequest): RequestParts {
  const headers: [string, string][] = [];
  req.forEach((name, value) => {
    headers.push([name, value]);
  });
  const query = req.getQuery();
  const peer = peerOf(res, req.getHeader('origin'));
  return {
    method: req.getCaseSensitiveMethod(),
    target: query ? `${req.getUrl()}?${query}` : req.getUrl(),
    host: headers.flatMap(([name, value]) => (name === 'host' ? [value] : [])).join(','),
    header: (wanted) => headers.find(([name]) => name === wanted)?.[1] ?? '',
    headers: () => headers,
    peer: () => peer,
  };
}

/** Resolves with `undefined` if the body is too large. Rejects if the connection closes before its end. */
function readBody(
  res: HttpResponse,
  declared: number,
  maxBytes: number,
  client: Client,
): Promise<OwnBytes | undefined> {
  // By the declared size: nothing of a body that is too large is kept.
  if (declared > maxBytes) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const body = new Body(maxBytes);
    const deadline = setTimeout(() => res.close(), REQUEST_MS);
    client.onClosed(() => {
      clearTimeout(deadline);
      reject(new Error('the connection closed before the end of the request'));
    });
    res.onData((chunk, isLast) => {
      // A copy: the library reuses its bytes on return.
      body.add(new Uint8Array(chunk.slice(0)));
      if (!isLast && !body.isTooLarge) return;
      clearTimeout(deadline);
      resolve(body.bytes);
    });
  });
}
