/** A connection that fails: an error of one line that says why and what to do, and exit code 3. */
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runInProcess } from './in-process.ts';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

async function listening(started: Server): Promise<number> {
  server = started.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function errorFor(url: string, args: readonly string[] = []): Promise<string> {
  const { code, stdout, stderr } = await runInProcess(['connect', url, ...args], 'admin:123456\n');
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/^sallyport: cannot connect to [^\n]*\n$/);
  return stderr;
}

it('the error for a closed port asks whether the server runs', async () => {
  const port = await listening(createServer());
  server?.close();
  expect(await errorFor(`ws://127.0.0.1:${port}`)).toMatch(/refused the connection; is the server running/);
});

it('the error for an unknown host names it', async () => {
  expect(await errorFor('ws://nowhere.invalid/chat')).toMatch(/the host nowhere\.invalid is unknown/);
});

it('the error for a server that hangs up suggests the other scheme', async () => {
  const port = await listening(createServer((socket) => socket.destroy()));
  expect(await errorFor(`ws://127.0.0.1:${port}`)).toMatch(/hung up; if it speaks TLS, use wss:/);
  expect(await errorFor(`wss://127.0.0.1:${port}`)).toMatch(/hung up; does it speak TLS\? If not, use ws:/);
});

it('the error for a server of another protocol says so', async () => {
  const port = await listening(
    createServer((socket) => socket.on('error', () => {}).end('220 mail ready\r\n')),
  );
  expect(await errorFor(`ws://127.0.0.1:${port}`)).toMatch(/does not speak HTTP/);
  expect(await errorFor(`wss://127.0.0.1:${port}`)).toMatch(/does not speak TLS on this port; use ws:/);
});

describe('The error explains the answer to the upgrade', () => {
  const answering =
    (status: number, headers = {}): RequestListener =>
    (_request, response) =>
      void response.writeHead(status, headers).end('no');

  it.each([
    [200, /is not a WebSocket server \(200\)/],
    [400, /with, or without, --json/],
    [401, /--header 'Authorization: …'/],
    [403, /it may require an --origin/],
    [421, /it does not serve the host 127\.0\.0\.1; use an address, or allow that host on the server/],
    [404, /nothing is at \/chat; check the path/],
    [426, /another version of WebSocket/],
    [429, /wait a little/],
    [418, /refused the upgrade \(418\)/],
    [500, /it has an error/],
    [503, /full or restarting/],
  ])('%i', async (status, what) => {
    const port = await listening(createHttpServer(answering(status)));
    expect(await errorFor(`ws://127.0.0.1:${port}/chat`)).toMatch(what);
  });

  it('of a redirection, which is not followed', async () => {
    const port = await listening(createHttpServer(answering(302, { location: 'wss://example.org/chat' })));
    expect(await errorFor(`ws://127.0.0.1:${port}`)).toMatch(
      /redirects \(302\): try wss:\/\/example\.org\/chat/,
    );
  });

  it('403 with --origin', async () => {
    const port = await listening(createHttpServer(answering(403)));
    expect(await errorFor(`ws://127.0.0.1:${port}`, ['--origin', 'http://x.example'])).toMatch(
      /this --origin; leave it out/,
    );
  });
});
