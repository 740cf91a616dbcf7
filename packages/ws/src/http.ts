/**
 * Plain HTTP of Node: what a request consists of, and how a response is written.
 *
 * What is answered is `fetch`'s affair (`respond` of listen), when to stop is that of `serve.ts`. Proven by: the stories of
 * conformance.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type RequestParts, respond, type Site, statusText } from '@sallyport/listen';
import { peerOf } from './peer.ts';

/** Answers one request. Never rejects. */
export async function answer(incoming: IncomingMessage, outgoing: ServerResponse, site: Site): Promise<void> {
  const gone = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  try {
    const body = await readBody(incoming, site.maxBodyBytes);
    const response = await respond(partsOf(incoming), body, gone.signal, site);
    if (gone.signal.aborted) await response.body?.cancel();
    else await send(response, incoming, outgoing, site);
  } catch (error) {
    if (!gone.signal.aborted) site.onFault(error);
    outgoing.destroy();
  }
}

/** Nothing if it is too large; rejects if it breaks off. */
function readBody(incoming: IncomingMessage, most: number): Promise<Buffer<ArrayBuffer> | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // At once: what a client says that it will send is not kept until it has sent it.
    if (Number(incoming.headers['content-length']) > most) resolve(undefined);
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else resolve(undefined);
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
    incoming.on('error', reject);
  });
}

/** Of a request as it came, not as Node sorts and joins it. */
function partsOf(incoming: IncomingMessage): RequestParts {
  const { method = '', url = '', headers, rawHeaders } = incoming;
  const all: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) all.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  return { method, target: url, host: headers.host, headers: all, peer: peerOf(incoming) };
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
  outgoing.writeHead(response.status, statusText(response));
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
  await pipeline(body, outgoing).catch(() => {});
}
