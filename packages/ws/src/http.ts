/**
 * Plain HTTP of Node: reads a request, writes its answer, and terminates connections that break the limits.
 *
 * `respond` of listen decides the answer, and `serve.ts` when to stop. Proven by: test/http.test.ts and the stories of
 * conformance.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sessions } from '@sallyport/core';
import {
  Body,
  Client,
  type Outgoing,
  type OwnBytes,
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

/** Answers one request, or terminates its connection. Never rejects. */
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
    if (!outgoing.writableFinished) client.closed();
  });
  const { ruling, usage } = site.requests.begin(clientAddressOf(incoming, sessions));
  if (ruling === 'cut') return void socket.destroy();
  try {
    if (ruling === 'refuse') return await send(outgoingReady(tooMany), outgoing, client, site, true);
    const body = await readBody(incoming, outgoing, site.maxBodyBytes);
    const answered = await respond(partsOf(incoming), body, client, site);
    // The rest of a request that is too large is not read, so the connection cannot be kept.
    await send(answered, outgoing, client, site, site.isClosing || !incoming.complete);
  } catch (error) {
    if (!client.isClosed) site.onFault(error);
    outgoing.destroy();
  } finally {
    if (ruling === 'answer') site.requests.end(usage);
  }
}

/** The address that counts for the request limits. */
export function clientAddressOf(
  incoming: IncomingMessage,
  sessions: Pick<Sessions, 'clientAddress'>,
): string {
  // Node joins repeated lines of this header by commas.
  const forwardedFor = incoming.headers['x-forwarded-for'] as string | undefined;
  return sessions.clientAddress(addressOf(incoming), forwardedFor);
}

/** Resolves with `undefined` if the body is too large. Rejects if the connection closes before its end. */
function readBody(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  maxBytes: number,
): Promise<OwnBytes | undefined> {
  const { headers } = incoming;
  return new Promise((resolve, reject) => {
    const body = new Body(maxBytes);
    // By the declared size: nothing of a body that is too large is kept.
    if (Number(headers['content-length']) > maxBytes) resolve(undefined);
    // Only now: a client that asks first must not send a body that is too large (RFC 9110, 10.1.1).
    else if (headers.expect?.toLowerCase() === '100-continue') outgoing.writeContinue();
    incoming.on('data', (chunk: Buffer) => {
      body.add(chunk);
      if (body.isTooLarge) resolve(undefined);
    });
    incoming.on('end', () => resolve(body.bytes));
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

/** Every header line as the client sent it. Node itself joins repeated lines. */
function pairsOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) pairs.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  return pairs;
}

/** Resolves when the system has taken the last byte, or the connection has closed. */
async function send(
  answered: Outgoing,
  outgoing: ServerResponse,
  client: Client,
  site: Site,
  isLast: boolean,
): Promise<void> {
  if (client.isClosed) return;
  const { status, statusText, headers, length, body } = answered;
  for (const [name, value] of headers) outgoing.appendHeader(name, value);
  if (length !== undefined) outgoing.setHeader('content-length', length);
  if (isLast) outgoing.setHeader('connection', 'close');
  outgoing.writeHead(status, statusText);
  if (outgoing.req.method === 'HEAD') outgoing.end();
  else if (body instanceof Uint8Array && body.length <= PIECE_BYTES) outgoing.end(body);
  else {
    for await (const piece of piecesOf(answered, client)) {
      if (!outgoing.write(piece)) await sent('drain', outgoing, client, site);
      if (client.isClosed) return;
    }
    if (!client.isClosed) outgoing.end();
  }
  if (!outgoing.writableFinished) await sent('finish', outgoing, client, site);
}

/**
 * Resolves on the event, or when the connection closes. Terminates a client that takes nothing for `writeMs`. Leaves no listener behind: an
 * answer may wait for as long as its client reads.
 */
async function sent(
  event: 'drain' | 'finish',
  outgoing: ServerResponse,
  client: Client,
  { writeMs }: Site,
): Promise<void> {
  if (client.isClosed) return;
  const deadline = setTimeout(() => outgoing.destroy(), writeMs);
  await new Promise<void>((resolve) => {
    const done = () => {
      outgoing.off(event, done).off('close', done);
      resolve();
    };
    outgoing.on(event, done).on('close', done);
  });
  clearTimeout(deadline);
}
