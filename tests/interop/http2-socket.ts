/** RFC 8441: an HTTP/2 stream carries the frames in place of a TCP connection. An extended CONNECT opens it. */
import { once } from 'node:events';
import type { ClientHttp2Session, IncomingHttpHeaders, Settings } from 'node:http2';
import type { Socket } from 'node:net';
import { expect } from 'vitest';
// Imported by path: these tests run binaries and depend on no package.
import { Client } from '../../packages/conformance/src/wire/client.ts';

/** Opens a WebSocket on the connection, like a page of this origin. */
export async function connectOverHttp2(connection: ClientHttp2Session, origin: string): Promise<Client> {
  const [{ enableConnectProtocol }] = (await once(connection, 'remoteSettings')) as [Settings];
  expect(enableConnectProtocol).toBe(true);
  const { host, protocol } = new URL(origin);
  const stream = connection.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':scheme': protocol.slice(0, -1),
    ':path': '/',
    ':authority': host,
    'sec-websocket-version': '13',
    origin,
  });
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  expect(headers[':status']).toBe(200);
  // A stream has everything of a socket that the client needs.
  return new Client(
    stream as unknown as Socket,
    { status: 101, headers: new Map(), body: '' },
    Buffer.alloc(0),
  );
}
