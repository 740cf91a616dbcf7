/** Both binaries behind nginx and haproxy, with the configuration in docs/operations/behind-a-proxy.md; and behind haproxy over HTTP/2. */
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { binaries, isUnavailable, type Running, start } from './binaries.ts';
import { connectOverHttp2 } from './http2-socket.ts';
import { type ProxyKind, proxies, type RunningProxy } from './proxies.ts';

const HANG_MS = 120_000;
const ACCEPTED = 'congratulation, you have connect with server\r\nnow, you can do something else';

for (const { name, obstacle } of proxies) if (obstacle) console.warn(`SKIPPED: ${name}. ${obstacle}`);

describe.for(binaries)('%s', { timeout: HANG_MS }, (binary) => {
  for (const kind of proxies) {
    const test = it.skipIf(kind.obstacle ?? isUnavailable(binary));

    test(`${binary} behind ${kind.name}: a page signs in and talks, and its address is logged`, () =>
      behind(kind, binary, async ({ port }, server) => {
        const client = await signIn(port);
        client.send('hello');
        expect(await next(client)).toBe('your submit context: hello');
        client.ping('there?');
        expect(String((await once(client, 'pong'))[0])).toBe('there?');
        client.close(1000);
        expect((await once(client, 'close'))[0]).toBe(1000);
        // The proxy itself has 127.0.0.1.
        await server.logged('session.authenticated', { peer: '127.0.0.2' });
      }));

    test(`${binary} behind ${kind.name}: a server that stops closes by 1012`, () =>
      behind(kind, binary, async ({ port }, server) => {
        const client = await signIn(port);
        const closed = once(client, 'close');
        await server.stop();
        expect((await closed)[0]).toBe(1012);
      }));
  }

  const haproxy = proxies.find(({ name }) => name === 'haproxy');
  it.skipIf(haproxy?.obstacle ?? isUnavailable(binary))(
    `${binary} behind haproxy: a client signs in and talks over HTTP/2 (RFC 8441)`,
    () =>
      behind(haproxy as ProxyKind, binary, async ({ http2Port }) => {
        const connection = connectHttp2(`http://127.0.0.1:${http2Port}`);
        try {
          const client = await connectOverHttp2(connection, `http://127.0.0.1:${http2Port}`);
          expect(await client.ask('admin:123456')).toBe(ACCEPTED);
          expect(await client.ask('hello')).toBe('your submit context: hello');
          client.close(1000);
          expect((await client.ended).code).toBe(1000);
        } finally {
          connection.destroy();
        }
      }),
  );
});

async function behind(
  kind: ProxyKind,
  binary: (typeof binaries)[number],
  tell: (proxy: RunningProxy, server: Running) => Promise<void>,
): Promise<void> {
  const server = await start(binary, ['--trusted-proxy', '127.0.0.1']);
  try {
    const proxy = await kind.start(server.url);
    try {
      await tell(proxy, server);
    } finally {
      await proxy.stop();
    }
  } finally {
    await server.stop();
  }
}

/** Connects like a page of the proxy's own host, from an address that is not the proxy's. */
async function signIn(port: number): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${port}`, {
    origin: `http://127.0.0.1:${port}`,
    localAddress: '127.0.0.2',
  });
  await once(client, 'open');
  client.send('admin:123456');
  expect(await next(client)).toBe(ACCEPTED);
  return client;
}

async function next(client: WebSocket): Promise<string> {
  return String((await once(client, 'message'))[0]);
}
