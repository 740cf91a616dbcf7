/** A small HTTP proxy that makes tunnels (CONNECT), and records them. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Tunnel {
  readonly url: string;
  /** The requests: `host:port`, and the credentials. */
  readonly requests: readonly { readonly target: string; readonly authorization: string | undefined }[];
  close(): void;
}

/** Answers with `status`, and makes the tunnel if that is 200. */
export async function tunnel(status = 200): Promise<Tunnel> {
  const requests: Tunnel['requests'][number][] = [];
  const ends = new Set<Duplex>();
  const server: Server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    requests.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    ends.add(client.on('error', () => {}));
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const [host = '', port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    target.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'));
    ends.add(target);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      server.close();
      for (const end of ends) end.destroy();
    },
  };
}
