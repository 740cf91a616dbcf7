/** Stories of clients that misuse plain HTTP: pipelined requests, too many requests, or answers that they do not read. */

import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openSocket } from '../../wire/client.ts';
import { readAnswer } from '../../wire/http-answer.ts';
import type { Adapter, ServeOptions } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { cert } from '../test-certificate.ts';
import { tlsFiles } from '../tls-files.ts';

const get = (path: string, ...headers: string[]) =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`;
const handshake = get(
  '/',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
);
const text = (body: string) => new Response(body, { headers: { 'content-length': String(body.length) } });

/** All that comes until the connection ends. */
async function untilEnd(socket: Socket): Promise<string> {
  let all = '';
  socket
    .on('error', () => {})
    .on('data', (chunk) => {
      all += String(chunk);
    });
  await new Promise((resolve) => socket.on('close', resolve));
  return all;
}

export function httpLimitStories(adapter: Adapter): void {
  describe.each([false, true])('the limits of plain HTTP (TLS: %s)', (isSecure) => {
    const open = async (options: Partial<ServeOptions>) => {
      const server = await serveSessions(adapter, {}, { ...options, tls: isSecure ? tlsFiles() : undefined });
      const dial = async () => {
        const socket = await openSocket({ port: server.port, ...(isSecure && { ca: cert }) });
        onTestFinished(() => void socket.destroy());
        return socket;
      };
      return { ...server, dial };
    };

    it('A50: a connection with a second request before the first answer is terminated', async () => {
      let finish = () => {};
      const paths: string[] = [];
      const { dial } = await open({
        fetch: ({ url }) => {
          paths.push(new URL(url).pathname);
          return new Promise((resolve) => {
            finish = () => resolve(text('too late'));
          });
        },
      });
      const socket = await dial();
      socket.write(get('/first'));
      await vi.waitUntil(() => paths.length === 1, { interval: 1, timeout: 60_000 });
      socket.write(get('/second'));
      expect(await untilEnd(socket)).toBe('');
      finish();
      expect(paths).toEqual(['/first']);
    });

    it.each(['/', '/x'])('A50: many requests in one write get no answer, at %s', async (path) => {
      const { dial } = await open(path === '/' ? {} : { fetch: () => text('ok') });
      const socket = await dial();
      socket.write(get(path).repeat(1_000));
      expect(await untilEnd(socket)).toBe('');
    });

    it('A50: an upgrade behind an unanswered request opens no session', async () => {
      const { dial, sessions } = await open({});
      const socket = await dial();
      socket.write(get('/x') + handshake);
      expect(await untilEnd(socket)).toBe('');
      expect(sessions.counters.opened).toBe(0);
    });

    it('requests one after another on one connection are allowed', async () => {
      const bodies = ['x', 'x'.repeat(300_000), ''];
      const { dial } = await open({
        fetch: async ({ url }) => {
          await new Promise((resolve) => setImmediate(resolve));
          return text(bodies[Number(new URL(url).pathname.slice(1))] ?? 'none');
        },
      });
      const socket = await dial();
      for (let round = 0; round < 9; round += 1) {
        socket.write(get(`/${round % 3}`));
        const { answer } = await readAnswer(socket);
        expect([answer.status, answer.body === bodies[round % 3]]).toEqual([200, true]);
      }
    });

    it.each([
      ['of a known length', () => text('x'.repeat(64 * 2 ** 20))],
      [
        'of no known length',
        () =>
          new Response(
            new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(2 ** 20)) }),
          ),
      ],
    ])('A51: a client that does not read an answer %s is terminated', async (_, answer) => {
      // All of it: a signal alone does not keep its request from being collected.
      let asked: Request | undefined;
      const { dial } = await open({
        writeMs: 300,
        fetch: (request) => {
          asked = request;
          return answer();
        },
      });
      const socket = await dial();
      socket.on('error', () => {}).pause();
      socket.write(get('/'));
      await vi.waitUntil(() => asked?.signal.aborted, { interval: 5, timeout: 60_000 });
    });

    it('A52: a source that exceeds the rate gets 429 with Retry-After, then no answer', async () => {
      const { dial } = await open({ requestsPerSecond: 0.001, requestBurst: 11, fetch: () => text('ok') });
      const ask = async () => {
        const socket = await dial();
        socket.write(get('/'));
        return untilEndOrAnswer(socket);
      };
      for (let asked = 0; asked < 11; asked += 1) expect(await ask()).toMatchObject({ status: 200 });
      for (let refused = 0; refused < 2; refused += 1) {
        const refusal = await ask();
        expect(refusal).toMatchObject({ status: 429, body: 'too many requests\n' });
        expect(refusal?.headers.get('retry-after')).toBe('1');
        expect(refusal?.headers.get('connection')?.toLowerCase()).toBe('close');
      }
      expect(await ask()).toBeUndefined();
    });

    it('A52: a source with too many requests in progress gets 429 until one of them ends', async () => {
      const waiting: (() => void)[] = [];
      const { dial } = await open({
        requestsInFlight: 1,
        fetch: () => new Promise((resolve) => waiting.push(() => resolve(text('ok')))),
      });
      const first = await dial();
      first.write(get('/'));
      await vi.waitUntil(() => waiting.length === 1, { interval: 1, timeout: 60_000 });
      const second = await dial();
      second.write(get('/'));
      expect(await untilEndOrAnswer(second)).toMatchObject({ status: 429 });
      waiting[0]?.();
      expect(await untilEndOrAnswer(first)).toMatchObject({ status: 200 });
      first.write(get('/'));
      await vi.waitUntil(() => waiting.length === 2, { interval: 1, timeout: 60_000 });
      waiting[1]?.();
      expect(await untilEndOrAnswer(first)).toMatchObject({ status: 200 });
    });
  });

  describe('refused upgrade requests', () => {
    const bad = handshake.replace('Version: 13', 'Version: 8');

    it('A52: refused upgrades count as plain requests of their source: 429 past the limit, then no answer', async () => {
      const { port } = await serveSessions(adapter, {}, { requestsPerSecond: 0.001, requestBurst: 11 });
      const ask = async (text: string) => {
        const socket = await openSocket({ port });
        onTestFinished(() => void socket.destroy());
        socket.write(text);
        return (await untilEndOrAnswer(socket))?.status;
      };
      for (let asked = 0; asked < 11; asked += 1) expect(await ask(bad)).toBe(426);
      expect(await ask(bad)).toBe(429);
      expect(await ask(get('/'))).toBe(429);
      expect(await ask(bad)).toBeUndefined();
      // A request that the sessions accept does not count.
      expect(await ask(handshake)).toBe(101);
    });

    it('A50: many refused upgrades in one write get at most one answer', async () => {
      const { port, sessions } = await serveSessions(adapter);
      const socket = await openSocket({ port });
      socket.write(bad.repeat(200));
      const answers = (await untilEnd(socket)).match(/HTTP\/1\.1/g) ?? [];
      expect(answers.length).toBeLessThanOrEqual(1);
      expect(sessions.counters.upgradeRefused).toBe(1);
    });
  });

  it('A52: behind a trusted proxy, the address that the proxy names counts', async () => {
    const { port } = await serveSessions(
      adapter,
      { trustedProxies: ['127.0.0.1'] },
      { requestsPerSecond: 0.001, requestBurst: 1, fetch: () => text('ok') },
    );
    const ask = async (address: string) => {
      const socket = await openSocket({ port });
      onTestFinished(() => void socket.destroy());
      socket.write(get('/', `X-Forwarded-For: ${address}`));
      return (await untilEndOrAnswer(socket))?.status;
    };
    expect(await ask('192.0.2.1')).toBe(200);
    expect(await ask('192.0.2.1')).not.toBe(200);
    expect(await ask('192.0.2.2')).toBe(200);
  });
}

/** `undefined` if the connection ends before an answer. */
async function untilEndOrAnswer(socket: Socket) {
  socket.on('error', () => {});
  return readAnswer(socket).then(
    ({ answer }) => answer,
    () => undefined,
  );
}
