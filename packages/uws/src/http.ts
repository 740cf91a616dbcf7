/**
 * Plain HTTP of uWebSockets.js: what a request consists of, and who is cut before it is answered.
 *
 * The library closes a connection that sends a second request while the first is pending. So nothing is answered in the
 * turn of the loop that brought the request: what else came with it is seen first. What is answered is decided by
 * `respond` of listen, how it goes out in `send.ts`, when to stop in `serve.ts`. Proven by: test/http.test.ts and the stories
 * of conformance.
 */

import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import type { Sessions } from '@sallyport/core';
import { Client, outgoingReady, type RequestParts, respond, type Site, tooMany } from '@sallyport/listen';
import { addressOf, peerOf } from './peer.ts';
import { isUnseen, send } from './send.ts';

/** A body that comes in too slowly is not waited for; the library's own timeout begins anew with each byte. */
const REQUEST_MS = 15_000;
/** What an answer counts as if nobody can tell whether the client reads it, in requests. */
const UNSEEN_COST = 10;

/** Answers one request, or cuts its connection; resolves when it is answered or the client has gone. Never rejects. */
export async function answer(
  res: HttpResponse,
  req: HttpRequest,
  site: Site,
  sessions: Pick<Sessions, 'clientAddress'>,
): Promise<void> {
  const client = new Client();
  // Without this listener an answer that is not there at once would end the process.
  res.onAborted(() => client.left());
  const { ruling, usage } = site.requests.begin(
    sessions.clientAddress(addressOf(res), req.getHeader('x-forwarded-for') || undefined),
  );
  if (ruling === 'cut') return void res.close();
  if (ruling === 'refuse') {
    const how = { isHead: req.getCaseSensitiveMethod() === 'HEAD', isLast: true };
    await nextTurn();
    if (!client.hasGone) await send(outgoingReady(tooMany), res, how, client, site);
    return;
  }
  const gone = new Promise<void>((resolve) => client.whenGone(resolve));
  const parts = partsOf(res, req);
  const hasBody = Boolean(req.getHeader('content-length') || req.getHeader('transfer-encoding'));
  const declared = Number(req.getHeader('content-length'));
  const exchange = async () => {
    const body = hasBody ? await readBody(res, declared, site.maxBodyBytes, client) : nothing;
    await nextTurn();
    if (client.hasGone) return;
    const answered = await respond(parts, body, client, site);
    if (client.hasGone) return;
    // What is left of a request that is too large is not waited for.
    const how = { isHead: parts.method === 'HEAD', isLast: site.isClosing || !body };
    if (isUnseen(answered, how)) site.requests.charge(usage, UNSEEN_COST);
    await send(answered, res, how, client, site);
  };
  const failed = (error: unknown) => {
    if (client.hasGone) return;
    site.onFault(error);
    try {
      res.close();
    } catch {
      // A body was longer than it said: the answer had gone out whole, and the library has taken the response back.
    }
  };
  await Promise.race([exchange().catch(failed), gone]);
  site.requests.end(usage);
}

const nothing = new Uint8Array();

const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** All that is wanted of a request, which is gone when its handler returns. */
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

/** Nothing if it is too large; rejects if it breaks off. */
function readBody(
  res: HttpResponse,
  declared: number,
  most: number,
  client: Client,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  // At once: what a client says that it will send is not kept until it has sent it.
  if (declared > most) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const deadline = setTimeout(() => res.close(), REQUEST_MS);
    client.whenGone(() => {
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
