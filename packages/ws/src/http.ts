/**
 * Plain HTTP of Node, translated from and to the web's `Request` and `Response`.
 *
 * What is answered is `fetch`'s affair (`fetch.ts`), when to stop is that of `serve.ts`. Proven by: the stories of
 * conformance.
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { badRequest, type Fetch, failed, MAX_BODY_BYTES, siteUrl, tooLarge } from '@sallyport/listen';
import { peerOf } from './peer.ts';

export interface Site {
  readonly scheme: 'http' | 'https';
  readonly fetch: Fetch;
  /** No connection is to be kept for a further request. */
  isClosing: boolean;
  onFault(error: unknown): void;
}

/** Answers one request. Never rejects. */
export async function answer(incoming: IncomingMessage, outgoing: ServerResponse, site: Site): Promise<void> {
  const gone = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  try {
    await send(await respond(incoming, gone.signal, site), incoming, outgoing, site);
  } catch (error) {
    if (!gone.signal.aborted) site.onFault(error);
    outgoing.destroy();
  }
}

async function respond(incoming: IncomingMessage, signal: AbortSignal, site: Site): Promise<Response> {
  const body = await readBody(incoming);
  if (!body) return tooLarge();
  const request = toRequest(incoming, body, signal, site);
  if (!request) return badRequest();
  try {
    return await site.fetch(request, { peer: peerOf(incoming) });
  } catch (error) {
    site.onFault(error);
    return failed();
  }
}

/** Nothing if it is too large; rejects if it breaks off. */
function readBody(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else resolve(undefined);
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
    incoming.on('error', reject);
  });
}

/** Nothing if it is none by the web's rules: a method that they forbid, a host that is none. */
function toRequest(
  { method = '', url = '', headers, rawHeaders }: IncomingMessage,
  body: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
  { scheme }: Site,
): Request | undefined {
  try {
    // A target may be a whole URL (RFC 9112, 3.2.2).
    const target = url.startsWith('/') ? siteUrl(scheme, headers.host, url) : url;
    const fields = new Headers();
    for (let i = 0; i + 1 < rawHeaders.length; i += 2)
      fields.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
    const init = { method, headers: fields, signal };
    return new Request(
      target,
      body.length > 0 && method !== 'GET' && method !== 'HEAD' ? { ...init, body } : init,
    );
  } catch {
    return undefined;
  }
}

async function send(
  response: Response,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  site: Site,
): Promise<void> {
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
  // What is left of a request that is too large is not waited for.
  if (site.isClosing || !incoming.complete) outgoing.setHeader('connection', 'close');
  outgoing.writeHead(response.status, response.statusText || STATUS_CODES[response.status]);
  if (!response.body || incoming.method === 'HEAD') {
    await response.body?.cancel();
    outgoing.end();
  } else await stream(Readable.fromWeb(response.body), outgoing, site);
}

/** A body that fails is told of by itself: the pipeline then cuts the answer, which looks as if the client had gone. */
async function stream(body: Readable, outgoing: ServerResponse, site: Site): Promise<void> {
  body.once('error', (error) => {
    if (!outgoing.closed) site.onFault(error);
  });
  await pipeline(body, outgoing).catch(() => outgoing.destroy());
}
