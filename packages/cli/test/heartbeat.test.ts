/** `--ping` of `sallyport connect`, with intervals that the test ends: a real interval would be a race against a busy machine. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { runInProcess } from './in-process.ts';

const INTERVAL_MS = 500;

let server: WebSocketServer | undefined;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
  for (const socket of server?.clients ?? []) socket.terminate();
  server?.close();
});

interface Peer {
  readonly socket: WebSocket;
  /** Resolves with the next message of the client. */
  message(): Promise<string>;
  /** Ends the interval. Resolves once the client's ping is here; throws if the client has cut the connection instead. */
  ping(): Promise<void>;
}

/** Starts a server, and the client with this input. Resolves once the client has connected. */
async function connect(
  input: string,
  { autoPong = true, frames = false, reader = { isSlow: false } } = {},
): Promise<{ client: ReturnType<typeof runInProcess>; peer: Peer }> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong });
  await once(server, 'listening');
  const connected = once(server, 'connection') as Promise<[WebSocket]>;
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = ['-q', ...(frames ? ['--frames'] : []), '--wait', '1000', '--ping', '0.5'];
  const client = runInProcess(['connect', url, ...options], input, reader);
  const [socket] = await connected;
  const messages: string[] = [];
  socket.on('message', (data) => messages.push(String(data)));
  const peer: Peer = {
    socket,
    async message() {
      while (messages.length === 0) await once(socket, 'message');
      return String(messages.shift());
    },
    async ping() {
      const came = Promise.race([
        once(socket, 'ping'),
        once(socket, 'close').then(() => Promise.reject(new Error('the client has cut the connection'))),
      ]);
      vi.advanceTimersByTime(INTERVAL_MS);
      await came;
    },
  };
  expect(await peer.message()).toBe('admin:123456');
  socket.send('congratulation, you have connect with server\r\nnow, you can do something else');
  expect(await peer.message()).toBe('hello');
  return { client, peer };
}

it('--ping pings at each interval, and --frames shows the pings and pongs', async () => {
  const { client, peer } = await connect('admin:123456\nhello\n', { frames: true });
  await peer.ping();
  peer.socket.send('your submit context: hello');
  const { code, stderr } = await client;
  expect([code, stderr]).toEqual([0, expect.stringMatching(/→ ping +0\n[\s\S]*← pong +0\n/)]);
});

it('--ping notices a server that answers no ping, and the client exits with 1', async () => {
  const { client, peer } = await connect('admin:123456\nhello\n', { autoPong: false });
  await peer.ping();
  vi.advanceTimersByTime(INTERVAL_MS);
  expect(await client).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^sallyport: the connection is lost\b/),
  });
});

it('--ping does not cut the connection while a slow reader holds the client up', async () => {
  const reader = { isSlow: true };
  const listeners = process.stdout.listenerCount('drain');
  const { client, peer } = await connect('admin:123456\nhello\nmore\n', { reader });
  expect(await peer.message()).toBe('more');
  peer.socket.send('your submit context: hello');
  while (process.stdout.listenerCount('drain') === listeners) await turn();
  for (let pings = 0; pings < 5; pings += 1) await peer.ping();
  reader.isSlow = false;
  process.stdout.emit('drain');
  await peer.ping();
  peer.socket.send('your submit context: more');
  expect(await client).toEqual({
    code: 0,
    stdout: 'your submit context: hello\nyour submit context: more\n',
    stderr: '',
  });
});
