/** Plain HTTP on Node's server: an aborted request, and the end of an answer. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openSocket } from '@sallyport/conformance';
import { type ServeOptions, siteOf } from '@sallyport/listen';
import { expect, it, onTestFinished } from 'vitest';
import { answer } from '../src/http.ts';

/** A server that answers one request. `answered` resolves when it has. */
async function open(options: Partial<ServeOptions>) {
  const faults: unknown[] = [];
  const onFault = (error: unknown) => faults.push(error);
  const site = siteOf({ host: '127.0.0.1', port: 0, onFault, ...options });
  const server = createServer();
  const answered = new Promise<void>((resolve) => {
    server.on('request', (incoming, outgoing) =>
      resolve(answer(incoming, outgoing, site, { clientAddress: (address) => address })),
    );
  });
  const requested = new Promise((resolve) => void server.once('request', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const socket = await openSocket({ port });
  onTestFinished(() => void socket.destroy());
  const text = async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    return String(Buffer.concat(chunks));
  };
  return { server, faults, site, socket, requested, answered, text };
}

it('an aborted request reaches no fetch function and reports no fault', async () => {
  let isHanded = false;
  const fetch = () => {
    isHanded = true;
    return new Response();
  };
  const { socket, requested, answered, faults } = await open({ fetch });
  socket.on('error', () => {}).write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
  await requested;
  socket.resetAndDestroy();
  await answered;
  expect([isHanded, faults]).toEqual([false, []]);
});

it('a fetch function that returns no Response is reported, and answered with 500', async () => {
  const { socket, answered, faults, text } = await open({ fetch: () => ({}) as Response });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await answered;
  expect(faults).toEqual([expect.any(TypeError)]);
  socket.end();
  expect(await text()).toMatch(/^HTTP\/1.1 500 /);
});

it('an answer has "connection: close" only if the site is closing', async () => {
  for (const isClosing of [true, false]) {
    const { socket, site, answered, text } = await open({ fetch: () => new Response('ok') });
    site.isClosing = isClosing;
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await answered;
    if (!isClosing) socket.end();
    const last = /\r\nconnection: close\r\n/i;
    expect(last.test(await text())).toBe(isClosing);
  }
});

it('a fetch function gets the request headers in their order, repeated ones joined', async () => {
  const heard: string[][] = [];
  const { socket, answered } = await open({
    fetch: ({ headers }) => {
      heard.push(...headers);
      return new Response();
    },
  });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-B: 2\r\nx-a: 3\r\n\r\n');
  await answered;
  expect(heard).toEqual([
    ['host', 'x'],
    ['x-a', '1, 3'],
    ['x-b', '2'],
  ]);
});

it('a client that closes in the middle of a large answer ends it, and no listener is left', async () => {
  const large = new Uint8Array(64 * 1_024 * 1_024);
  const { server, faults, socket, answered } = await open({ fetch: () => new Response(large) });
  const requested = new Promise<ServerResponse>((resolve) =>
    server.once('request', (_incoming, outgoing) => resolve(outgoing)),
  );
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'readable');
  socket.resetAndDestroy();
  await answered;
  const outgoing = await requested;
  expect([outgoing.listenerCount('drain'), faults]).toEqual([0, []]);
});

it('an answer that waits for its client many times has one listener at a time', async () => {
  const { server, socket, answered } = await open({
    fetch: () => new Response(new Uint8Array(8 * 1_024 * 1_024)),
  });
  let most = 0;
  server.once('request', (_, outgoing) => {
    outgoing.on('drain', () => {
      most = Math.max(most, outgoing.listenerCount('drain') + outgoing.listenerCount('close'));
    });
  });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  for await (const _ of socket);
  await answered;
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(4);
});
