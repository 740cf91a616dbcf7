/** Both binaries behind nginx and haproxy with the files of `deploy/`: TLS, HTTP/2, addresses, idle time, and a drain of one of two servers. */
import { once } from 'node:events';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { whyNoCertificate } from '../fixtures/src/certificate.ts';
import { type Binary, binaries, isUnavailable, type Running, start } from './binaries.ts';
import { type Deployed, type DeployedProxy, deployed } from './deployed.ts';
import { connectOverHttp2 } from './http2-socket.ts';
import { obstacleOf } from './proxies.ts';
import { serveWithPings } from './quick-pings.ts';

const HANG_MS = 120_000;
const ACCEPTED = /^congratulation, you have connect with server/;
const CLIENTS = 20;
const noCertificate = whyNoCertificate();

describe.for(binaries)('%s', (binary) => {
  describe.for(deployed)(`behind the $name of deploy/`, (kind) => {
    const test = it.skipIf(noCertificate ?? obstacleOf(kind.name) ?? isUnavailable(binary));

    test(`${binary} behind the ${kind.name} of deploy/: a page comes over HTTP/2, and its client signs in over TLS`, () =>
      behind(kind, binary, async ({ port }, servers) => {
        const connection = connectHttp2(`https://localhost:${port}`, { rejectUnauthorized: false });
        try {
          const page = connection.request({ ':path': '/' });
          const [headers] = (await once(page, 'response')) as [IncomingHttpHeaders];
          expect([headers[':status'], headers['content-type']]).toEqual([
            200,
            expect.stringMatching(/^text\/html/),
          ]);
          page.resume();
          await once(page, 'end');
        } finally {
          connection.destroy();
        }
        const client = await signIn(port);
        client.send('hello');
        expect(await next(client)).toBe('your submit context: hello');
        // The proxy itself has 127.0.0.1.
        await Promise.any(
          servers.map((server) => server.logged('session.authenticated', { peer: '127.0.0.2' })),
        );
        client.terminate();
      }));

    test(`S1: ${binary} behind the ${kind.name} of deploy/: the clients of a server that stops come back to the other one`, () =>
      behind(kind, binary, async ({ port }, [one, other]) => {
        const clients = await Promise.all(Array.from({ length: CLIENTS }, () => signIn(port)));
        const codes: number[] = [];
        const back = clients.map(async (client) => {
          codes.push((await once(client, 'close'))[0] as number);
          // Without a pause: the reconnection of a real client waits up to a second.
          const again = await signIn(port);
          again.send('back');
          return { answer: await next(again), again };
        });
        await vi.waitFor(() => expect(signInsOf(one) + signInsOf(other)).toBe(CLIENTS), HANG_MS);
        const ofOne = signInsOf(one);
        // Both have clients, or the test shows nothing.
        expect([ofOne > 0, ofOne < CLIENTS]).toEqual([true, true]);
        await one.stop();
        await vi.waitFor(() => expect(codes).toEqual(Array.from({ length: ofOne }, () => 1012)), HANG_MS);
        // The clients of the other server stayed where they are.
        const stayed = clients.filter((client) => client.readyState === WebSocket.OPEN);
        expect(stayed).toHaveLength(CLIENTS - ofOne);
        for (const client of stayed) client.close(1000);
        const results = await Promise.all(back);
        expect(new Set(results.map(({ answer }) => answer))).toEqual(new Set(['your submit context: back']));
        for (const { again } of results) again.terminate();
      }));

    it.skipIf(!kind.hasHttp2Sockets || (noCertificate ?? obstacleOf(kind.name) ?? isUnavailable(binary)))(
      `${binary} behind the ${kind.name} of deploy/: a client talks over HTTP/2 with TLS (RFC 8441)`,
      () =>
        behind(kind, binary, async ({ port }) => {
          const connection = connectHttp2(`https://localhost:${port}`, { rejectUnauthorized: false });
          try {
            const client = await connectOverHttp2(connection, `https://localhost:${port}`);
            expect(await client.ask('admin:123456')).toMatch(ACCEPTED);
            expect(await client.ask('hello')).toBe('your submit context: hello');
          } finally {
            connection.destroy();
          }
        }),
    );

    test(`S21: ${binary} behind the ${kind.name} of deploy/: pings keep a quiet connection, and without them the proxy cuts it`, async () => {
      const [quick, never] = [await serveWithPings(binary, 300), await serveWithPings(binary, undefined)];
      try {
        for (const { port, hasPings } of [quick, never]) {
          const proxy = await kind.start(port, port, { idle: '3s' });
          try {
            const client = new WebSocket(`wss://localhost:${proxy.port}`, { rejectUnauthorized: false });
            await once(client, 'open');
            if (!hasPings) {
              expect((await once(client, 'close'))[0]).toBe(1006);
              continue;
            }
            // Twice the time after which the proxy would have cut the connection.
            const startedAt = performance.now();
            while (performance.now() - startedAt < 6_000) await once(client, 'ping');
            client.send('admin:123456');
            expect(await next(client)).toMatch(ACCEPTED);
            client.terminate();
          } finally {
            await proxy.stop();
          }
        }
      } finally {
        await Promise.all([quick.close(), never.close()]);
      }
    });
  });
});

async function behind(
  kind: Deployed,
  binary: Binary,
  tell: (proxy: DeployedProxy, servers: readonly [Running, Running]) => Promise<void>,
): Promise<void> {
  const args = ['--trusted-proxy', '127.0.0.1'];
  const servers = [await start(binary, args), await start(binary, args)] as const;
  try {
    const [one, other] = servers.map(({ url }) => Number(new URL(url).port));
    const proxy = await kind.start(one ?? 0, other ?? 0);
    try {
      await tell(proxy, servers);
    } finally {
      await proxy.stop();
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function signInsOf({ log }: Running): number {
  return log.filter(({ event }) => event === 'session.authenticated').length;
}

/** Connects like a page of the proxy's own host, from an address that is not the proxy's. Fails if the first attempt fails. */
async function signIn(port: number): Promise<WebSocket> {
  const client = new WebSocket(`wss://127.0.0.1:${port}`, {
    origin: `https://127.0.0.1:${port}`,
    localAddress: '127.0.0.2',
    rejectUnauthorized: false,
  });
  await once(client, 'open');
  client.send('admin:123456');
  expect(await next(client)).toMatch(ACCEPTED);
  return client;
}

async function next(client: WebSocket): Promise<string> {
  return String((await once(client, 'message'))[0]);
}
