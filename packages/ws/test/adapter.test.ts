/** The handler form on the application's own server, and what the port hides of ws. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, frame, handshake, openSocket, recordSessions } from '@sallyport/conformance';
import { type AttachOptions, attach, systemClock } from '@sallyport/ws';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it('attach() leaves requests and other paths to the server’s other listeners; after detach() it leaves them all', async () => {
  const server = createServer((_, response) => response.end('mine'));
  const { sessions, opened } = recordSessions(systemClock);
  const attached = attach(server, sessions, { path: '/gate' });
  const others: string[] = [];
  server.on('upgrade', ({ url = '' }, socket) => {
    if (url === '/gate' && others.length === 0) return;
    others.push(url);
    socket.end('HTTP/1.1 418 Mine\r\ncontent-length: 0\r\n\r\n');
  });
  const port = await listen(server);
  expect(await (await fetch(`http://127.0.0.1:${port}/gate`)).text()).toBe('mine');
  const client = await connect({ port }, { path: '/gate' });
  expect((await handshake({ port }, { path: '/other' })).answer.status).toBe(418);
  attached.detach();
  expect((await handshake({ port }, { path: '/gate' })).answer.status).toBe(418);
  client.text('still there');
  client.close(1000);
  await opened[0]?.until('closed');
  expect(opened[0]?.calls).toContainEqual(['receive', 'still there', 11]);
});

it('two attach() calls on one server serve one path each', async () => {
  const server = createServer();
  const both = [recordSessions(systemClock), recordSessions(systemClock)];
  both.forEach(({ sessions }, i) => void attach(server, sessions, { path: `/${i}` }));
  const port = await listen(server);
  for (const i of [1, 0]) {
    const client = await connect({ port }, { path: `/${i}?q` });
    expect(both.map(({ opened }) => opened.length)).toEqual(i === 1 ? [0, 1] : [1, 1]);
    client.socket.destroy();
  }
});

describe('A path without a WebSocket endpoint', () => {
  const attachTo = async (...paths: string[]) => {
    const server = createServer();
    const { sessions, opened } = recordSessions(systemClock);
    for (const path of paths) attach(server, sessions, { path });
    return { server, opened, port: await listen(server) };
  };

  it('is answered with one 404, and the connection closes', async () => {
    const { port, server } = await attachTo('/one', '/two');
    const end = vi.spyOn(Socket.prototype, 'end');
    onTestFinished(() => end.mockRestore());
    const socket = await openSocket({ port });
    socket.write('GET /other HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    expect(String(Buffer.concat(chunks))).toMatch(
      /^HTTP\/1.1 404 Not Found\r\n[\s\S]*\r\nno WebSocket here\n$/,
    );
    expect(end.mock.calls.filter(([text]) => String(text).includes(' 404 '))).toHaveLength(1);
    await vi.waitUntil(
      () => new Promise((resolve) => server.getConnections((_, count) => resolve(count === 0))),
      { interval: 1, timeout: 60_000 },
    );
  });

  it('is not answered with 404 if a later listener serves it', async () => {
    const { port, opened } = await attachTo('/one', '/two');
    const client = await connect({ port }, { path: '/two' });
    client.close(1000);
    await opened[0]?.until('closed');
    const { server, port: other } = await attachTo('/one');
    attach(server, recordSessions(systemClock).sessions);
    const all = await connect({ port: other }, { path: '/other' });
    all.socket.destroy();
  });

  it('is left to the application’s listener, and a reset meanwhile does no harm', async () => {
    const { port, server } = await attachTo('/one');
    const left: Duplex[] = [];
    server.on('upgrade', (_, tcp) => void left.push(tcp));
    const socket = await openSocket({ port });
    socket.write('GET /other HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    await vi.waitUntil(() => left.length === 1, { interval: 1, timeout: 60_000 });
    expect(left[0]?.writable).toBe(true);
    socket.resetAndDestroy();
    await new Promise((resolve) => left[0]?.on('close', resolve));
  });
});

it('an error of ws is reported once and at once, not after the close timeout of ws', async () => {
  const server = createServer();
  const { sessions, opened } = recordSessions(systemClock, { closeMs: 3_600_000 });
  attach(server, sessions);
  const port = await listen(server);
  const empty = (opcode: number) => Buffer.from([opcode, 0x80, 0, 0, 0, 0]);
  const cases: [Buffer, number][] = [
    [Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), 1007],
    [empty(0xc1), 1002],
    [Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]), 1009],
    [
      Buffer.concat([empty(0x01), ...Array.from({ length: 2_000 }, () => frame(0, 'x', { isFinal: false }))]),
      1008,
    ],
  ];
  for (const [bytes, code] of cases) {
    const client = await connect({ port });
    client.answersClose = false;
    const recorded = opened.at(-1);
    client.socket.write(bytes);
    await recorded?.until('closed');
    expect(recorded?.calls).toEqual([['opened'], ['closed', code, '']]);
    expect((await client.ended).code).toBe(code);
    client.socket.destroy();
  }
});

it('a message sent after the peer’s close frame is lost, and the peer is not blamed', async () => {
  const server = createServer();
  const { sessions, opened } = recordSessions(systemClock);
  attach(server, sessions);
  const client = await connect({ port: await listen(server) });
  client.answersClose = false;
  const [recorded] = opened;
  client.close(1000);
  expect((await client.ended).code).toBe(1000);
  expect(recorded?.calls).toEqual([['opened']]);
  expect(recorded?.connection.send('too late')).toBe('sent');
  expect(recorded?.connection.bufferedAmount).toBe(0);
  await recorded?.until('closed');
  expect(recorded?.calls).toEqual([['opened'], ['closed', 1000, '']]);
});

it('the server survives clients that reset the connection while it refuses them', async () => {
  const server = createServer();
  const { sessions } = recordSessions(systemClock);
  attach(server, sessions);
  const port = await listen(server);
  for (let i = 0; i < 50; i += 1) {
    const socket = await openSocket({ port });
    socket
      .on('error', () => {})
      .write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nand more');
    socket.resetAndDestroy();
  }
  expect((await handshake({ port }, { headers: { Origin: 'null' } })).answer.status).toBe(403);
});

it('attach() throws for a misspelt option, and suggests the right one', () => {
  const { sessions } = recordSessions(systemClock);
  const options = { paths: '/chat' } as AttachOptions;
  expect(() => attach(createServer(), sessions, options)).toThrow(
    'paths is not an option of attach; did you mean path?',
  );
});
