/**
 * The listener of the admin handler: plain HTTP on an address and a port of its own, apart from the clients.
 *
 * It bounds what a request may cost: 10 s for all of it, and 1 MiB for its body. Proven by: test/listen-admin.test.ts.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AdminHandler } from './routed-handler.ts';

/** Where to listen. */
export interface AdminAddress {
  /** An address or a name of this machine, such as `127.0.0.1`. */
  readonly host: string;
  /** TCP port, from 0 to 65535. 0 picks a free port. */
  readonly port: number;
}

/** An admin listener. */
export interface AdminListening {
  /** The URL of the handler, such as `http://127.0.0.1:5679`. */
  readonly url: string;
  /** Stops listening, and cuts open connections. Resolves when that is done. */
  close(): Promise<void>;
}

const REQUEST_MS = 10_000;
const BODY_BYTES = 1_048_576;

/** Listens, and answers with the handler. Rejects with the error of the system if it cannot listen. */
export async function listenAdmin(
  handler: AdminHandler,
  { host, port }: AdminAddress,
): Promise<AdminListening> {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, connectionsCheckingInterval: 1_000 },
    (request, response) => void answer(handler, request, response),
  );
  server.maxConnections = 100;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // Such as too many open files. The listener recovers by itself.
  server.on('error', () => {});
  return { url: urlOf(host, server), close: () => close(server) };
}

async function answer(
  handler: AdminHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  outgoing.on('error', () => {});
  try {
    const body = await bodyOf(incoming);
    const request = body === undefined ? undefined : requestOf(incoming, body);
    if (!request) {
      outgoing.writeHead(body === undefined ? 413 : 400, { connection: 'close' }).end();
      return;
    }
    const response = await handler(request);
    const content = Buffer.from(await response.arrayBuffer());
    outgoing.writeHead(response.status, {
      ...Object.fromEntries(response.headers),
      'content-length': content.length,
    });
    outgoing.end(incoming.method === 'HEAD' ? undefined : content);
  } catch {
    // The client closed the connection before its request was complete.
    outgoing.destroy();
  }
}

/** Undefined if the body is too large. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of incoming) {
    bytes += (part as Buffer).length;
    if (bytes > BODY_BYTES) return undefined;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

/** Undefined for a request that the web-standard class does not express, such as a target that is no URL. */
function requestOf(incoming: IncomingMessage, body: Buffer): Request | undefined {
  const { method = 'GET', url = '/', headers } = incoming;
  try {
    const fields = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    );
    return new Request(new URL(`http://${headers.host ?? 'localhost'}${url.startsWith('/') ? url : '/'}`), {
      method,
      headers: fields,
      ...(method !== 'GET' && method !== 'HEAD' && { body: new Uint8Array(body) }),
    });
  } catch {
    return undefined;
  }
}

function urlOf(host: string, server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
