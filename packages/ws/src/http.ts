/**
 * Plain HTTP of Node: what a request consists of, how a response is written, and who is cut meanwhile.
 *
 * What is answered is decided by `respond` of listen, when to stop by `serve.ts`. Proven by: test/http.test.ts and the
 * stories of conformance.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sessions } from '@sallyport/core';
import {
  Client,
  type Outgoing,
  outgoingReady,
  PIECE_BYTES,
  piecesOf,
  type RequestParts,
  respond,
  type Site,
  tooMany,
} from '@sallyport/listen';
import { isBusy, setBusy, setFree } from './one-at-a-time.ts';
import { addressOf, peerOf } from './peer.ts';

/** Answers one request, or cuts its connection. Never rejects. */
export async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  site: Site,
  sessions: Pick<Sessions, 'clientAddress'>,
): Promise<void> {
  const { socket } = incoming;
  if (socket.destroyed || isBusy(socket)) return void socket.destroy();
  setBusy(socket);
  const client = new Client();
  outgoing.on('close', () => {
    setFree(socket);
    if (!outgoing.writableFinished) client.left();
  });
  const { ruling, usage } = site.requests.begin(
    // Node joins more than one of these by commas.
    sessions.clientAddress(addressOf(incoming), incoming.headers['x-forwarded-for'] as string | undefined),
  );
  if (ruling === 'cut') return void socket.destroy();
  try {
    if (ruling === 'refuse') return await send(outgoingReady(tooMany), outgoing, client, site, true);
    const body = await readBody(incoming, outgoing, site.maxBodyBytes);
    const answered = await respond(partsOf(incoming), body, client, site);
    // What is left of a request that is too large is not waited for.
    await send(answered, outgoing, client, site, site.isClosing || !incoming.complete);
  } catch (error) {
    if (!client.hasGone) site.onFault(error);
    outgoing.destroy();
  } finally {
    if (ruling === 'answer') site.requests.end(usage);
  }
}

const nothing = Buffer.alloc(0);

/** Nothing if it is too large; rejects if it breaks off. */
function readBody(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  most: number,
): Promise<Buffer<ArrayBuffer> | undefined> {
  const { headers } = incoming;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // At once: what a client says that it will send is not kept until it has sent it.
    if (Number(headers['content-length']) > most) resolve(undefined);
    // A client that asks first is told to go on only here: a body that is too large is not worth sending (RFC 9110, 10.1.1).
    else if (headers.expect?.toLowerCase() === '100-continue') outgoing.writeContinue();
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else resolve(undefined);
    });
    incoming.on('end', () => resolve(size > 0 ? Buffer.concat(chunks) : nothing));
    incoming.on('error', reject);
  });
}

function partsOf(incoming: IncomingMessage): RequestParts {
  const { method = '', url = '', headers, rawHeaders } = incoming;
  return {
    method,
    target: url,
    host: hostIn(rawHeaders),
    header: (name) => String(headers[name] ?? ''),
    headers: () => pairsOf(incoming),
    peer: () => peerOf(incoming),
  };
}

/** Node keeps the first `Host` and drops the others. */
function hostIn(rawHeaders: readonly string[]): string | undefined {
  let host: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.toLowerCase() === 'host')
      host = host === undefined ? rawHeaders[i + 1] : `${host},${rawHeaders[i + 1]}`;
  return host;
}

/** As they came, not as Node sorts and joins them. */
function pairsOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) pairs.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  return pairs;
}

/** Resolves when the system has taken the last byte, or the client has gone. */
async function send(
  answered: Outgoing,
  outgoing: ServerResponse,
  client: Client,
  site: Site,
  isLast: boolean,
): Promise<void> {
  if (client.hasGone) return;
  const { status, statusText, headers, length, body } = answered;
  for (const [name, value] of headers) outgoing.appendHeader(name, value);
  if (length !== undefined) outgoing.setHeader('content-length', length);
  if (isLast) outgoing.setHeader('connection', 'close');
  outgoing.writeHead(status, statusText);
  if (outgoing.req.method === 'HEAD') outgoing.end();
  else if (body instanceof Uint8Array && body.length <= PIECE_BYTES) outgoing.end(body);
  else {
    for await (const piece of piecesOf(answered, client))
      if (!outgoing.write(piece)) await taken('drain', outgoing, client, site);
    if (!client.hasGone) outgoing.end();
  }
  if (!outgoing.writableFinished) await taken('finish', outgoing, client, site);
}

/** Resolves when the client has taken what waits for it, or has gone. A client that takes too long is cut. */
function taken(
  event: 'drain' | 'finish',
  outgoing: ServerResponse,
  client: Client,
  { writeMs }: Site,
): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => outgoing.destroy(), writeMs);
    const done = () => {
      clearTimeout(deadline);
      resolve();
    };
    outgoing.once(event, done);
    client.whenGone(done);
  });
}
