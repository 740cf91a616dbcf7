/** The serve form of ws before a session exists, and its end. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, handshake, openSocket } from '@sallyport/conformance';
import { createSessions, type Limits, refuse as refuseAll } from '@sallyport/core';
import { serve, systemClock } from '@sallyport/ws';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { refuse } from '../src/handshake.ts';

async function open(path?: string, limits: Partial<Limits> = {}): Promise<number> {
  const sessions = createSessions({ authenticate: refuseAll, clock: systemClock, limits });
  const { port, close } = await serve(sessions, { host: '127.0.0.1', port: 0, path });
  onTestFinished(close);
  return port;
}

it('serve() answers 404 on other paths', async () => {
  const { answer } = await handshake({ port: await open('/chat') }, { path: '/other' });
  expect([answer.status, answer.body]).toEqual([404, 'no WebSocket here\n']);
});

it('serve() writes no HTTP answer into an upgraded connection', async () => {
  const client = await connect({ port: await open('/chat') }, { path: '/chat?a' });
  expect(await client.ask('admin:1')).toContain('sorry');
  client.close(1000);
  expect((await client.ended).code).toBe(1000);
});

describe('close() of a ws server', () => {
  const begin = async (limits: Partial<Limits>, fetch: (request: Request) => Promise<Response>) => {
    const sessions = createSessions({ authenticate: refuseAll, clock: systemClock, limits });
    const listening = await serve(sessions, { host: '127.0.0.1', port: 0, fetch });
    return { ...listening, sessions };
  };
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('does not wait for a connection that has sent no request', async () => {
    const { port, close } = await begin({}, () => new Promise(() => {}));
    const socket = await openSocket({ port });
    const isClosed = new Promise((resolve) => socket.on('close', resolve));
    await close();
    await isClosed;
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [100, 100],
    [3_600_000, 3_000],
  ])('with closeMs %i waits %i ms for answers, and then cuts the connections', async (closeMs, waited) => {
    let markRequested = () => {};
    const requested = new Promise<void>((resolve) => {
      markRequested = resolve;
    });
    const { port, close } = await begin({ closeMs }, ({ url }) => {
      // Only for the request below: the port may be one that other clients still try.
      if (url.endsWith('/unanswered')) markRequested();
      return new Promise(() => {});
    });
    const socket = await openSocket({ port });
    socket.on('error', () => {}).write('GET /unanswered HTTP/1.1\r\nHost: x\r\n\r\n');
    await requested;
    let isClosed = false;
    const closed = close().then(() => {
      isClosed = true;
    });
    while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(waited - 1);
    expect([isClosed, socket.destroyed]).toEqual([false, false]);
    await vi.advanceTimersByTimeAsync(1);
    await closed;
  });
});

it('serve() answers 431 to more than 8 KiB of headers', async () => {
  const port = await open();
  for (const [size, status] of [
    [7_000, 404],
    [9_000, 431],
  ] as const) {
    const socket = await openSocket({ port });
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'x'.repeat(size)}\r\nConnection: close\r\n\r\n`);
    const answer = await new Promise((resolve) => socket.once('data', resolve));
    expect(String(answer)).toContain(`HTTP/1.1 ${status} `);
    socket.destroy();
  }
});

it.each([
  [8, 24],
  [160, 180],
])(
  'with a limit of %i sessions, serve() reads %i connections and closes the next one unread',
  async (limit, room) => {
    const port = await open(undefined, { connections: limit });
    const sockets = [];
    for (let opened = 0; opened < room; opened += 1) sockets.push(await openSocket({ port }));
    const answerOf = (socket: Socket) =>
      new Promise((resolve) => {
        socket
          .on('error', () => {})
          .once('data', () => resolve('an answer'))
          .once('close', () => resolve('closed'));
        socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      });
    expect(await Promise.all(sockets.map(answerOf))).toEqual(sockets.map(() => 'an answer'));
    expect(await answerOf(await openSocket({ port }))).toBe('closed');
    for (const socket of sockets) socket.destroy();
  },
);

it('a refused connection is closed even if the client does not close it or has reset it', async () => {
  const make = () => {
    const written: string[] = [];
    const tcp = new Duplex({
      allowHalfOpen: true,
      read() {},
      write(chunk, _, done) {
        written.push(String(chunk));
        done();
      },
    });
    return { tcp, written };
  };
  const refused = make();
  refuse(refused.tcp, { status: 403, text: 'no', headers: { 'x-a': 'b' } });
  await new Promise((resolve) => refused.tcp.once('close', resolve));
  expect(refused.written).toEqual([
    'HTTP/1.1 403 Forbidden\r\nx-a: b\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 3\r\n\r\nno\n',
  ]);
  const gone = make();
  refuse(gone.tcp, { status: 403, text: 'no', headers: {} });
  expect(gone.tcp.emit('error', new Error('reset'))).toBe(true);
  expect(gone.tcp.destroyed).toBe(true);
});
