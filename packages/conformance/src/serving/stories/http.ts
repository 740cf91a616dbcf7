/** Stories of plain HTTP on the same port. */
import { describe, expect, it } from 'vitest';
import { openSocket } from '../../wire/client.ts';
import { readAnswer } from '../../wire/http-answer.ts';
import type { Adapter, ServeOptions } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { openSite, wholeAnswer } from '../site.ts';

export function httpStories(adapter: Adapter): void {
  const open = (answer: NonNullable<ServeOptions['fetch']>) => openSite(adapter, answer);

  describe('plain HTTP', () => {
    it('a server without fetch answers with 404', async () => {
      const { port } = await serveSessions(adapter);
      const response = await fetch(`http://127.0.0.1:${port}/x`);
      expect([response.status, await response.text()]).toEqual([404, 'not found\n']);
    });

    it('fetch gets the method, URL, headers, body and peer', async () => {
      const { url } = await open(async (request, { peer }) => {
        const { method, headers } = request;
        return Response.json({
          method,
          url: request.url,
          a: headers.get('x-a'),
          body: await request.text(),
          peer,
        });
      });
      const response = await fetch(`${url}/a%20b//c?d=e&f`, {
        method: 'PATCH',
        headers: { 'X-A': 'b' },
        body: 'é',
      });
      expect(response.headers.get('content-type')).toBe('application/json');
      const [method, peer] = ['PATCH', { address: '127.0.0.1' }];
      expect(await response.json()).toEqual({
        method,
        url: `${url}/a%20b//c?d=e&f`,
        a: 'b',
        body: 'é',
        peer,
      });
    });

    it('the client gets the status and the headers of the response, repeated ones too', async () => {
      const headers = new Headers([
        ['x-a', '1'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ]);
      const { url } = await open(() => new Response(null, { status: 204, headers }));
      const response = await fetch(url);
      expect(response.status).toBe(204);
      expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
      expect(response.headers.get('x-a')).toBe('1');
      expect(response.headers.has('content-length')).toBe(false);
    });

    it('a body of the largest size is echoed, and a larger one is refused', async () => {
      const { url } = await open((request) => new Response(request.body));
      const body = new Uint8Array(2 ** 20).map((_, i) => i % 251);
      const echo = await fetch(url, { method: 'POST', body });
      expect(Buffer.compare(new Uint8Array(await echo.arrayBuffer()), body)).toBe(0);
      const port = Number(new URL(url).port);
      const socket = await openSocket({ port });
      socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${2 ** 20 + 1}\r\n\r\n`);
      socket.write(new Uint8Array(2 ** 20 + 1));
      expect((await readAnswer(socket)).answer.status).toBe(413);
      socket.destroy();
    });

    it('the answer to HEAD has no body', async () => {
      const { port } = await open(
        () => new Response('hello', { headers: { 'content-length': '5', 'x-a': 'b' } }),
      );
      const text = (await wholeAnswer(port, 'HEAD / HTTP/1.1')).toLowerCase();
      expect(text).toMatch(/^http\/1.1 200 /);
      expect(text).toContain('content-length: 5\r\n');
      expect(text).toContain('x-a: b\r\n');
      expect(text).toMatch(/\r\n\r\n$/);
    });

    it('a request after HEAD on the same connection is answered', async () => {
      const { port } = await open(() => new Response('hello', { headers: { 'content-length': '5' } }));
      const socket = await openSocket({ port });
      let text = '';
      socket.on('error', () => {}).write('HEAD / HTTP/1.1\r\nHost: x\r\n\r\n');
      await new Promise<void>((resolve) => {
        socket.on('close', resolve).on('data', (chunk) => {
          text += String(chunk);
          if (text.endsWith('\r\n\r\n'))
            socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
        });
      });
      expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\r\n\r\nHTTP\/1.1 200 OK\r\n[\s\S]*\r\n\r\nhello$/);
    });

    it('a body of a known length has content-length', async () => {
      const { url } = await open(() => new Response('hello', { headers: { 'content-length': '5' } }));
      const response = await fetch(url);
      expect(response.headers.get('content-length')).toBe('5');
      expect(await response.text()).toBe('hello');
    });

    it('the client gets 500 and a constant text if fetch throws', async () => {
      const { url, faults } = await open(({ url: at }) => {
        if (at.endsWith('/now')) throw new Error('a secret');
        return Promise.reject(new Error('a secret'));
      });
      for (const path of ['/now', '/later']) {
        const response = await fetch(url + path);
        expect([response.status, await response.text()]).toEqual([500, 'internal error\n']);
      }
      expect(faults).toEqual([new Error('a secret'), new Error('a secret')]);
    });

    it('a request that cannot become a Request gets 400', async () => {
      const { port } = await open(() => new Response('ok'));
      for (const head of [
        'TRACE / HTTP/1.1\r\nHost: x',
        'GET / HTTP/1.1\r\nHost: a b',
        'GET / HTTP/1.1\r\nHost: a/b',
      ]) {
        const socket = await openSocket({ port });
        socket.write(`${head}\r\n\r\n`);
        expect((await readAnswer(socket)).answer.status).toBe(400);
        socket.destroy();
      }
    });

    it('the reason phrase is the usual one, or that of the response', async () => {
      const { port } = await open(({ url }) =>
        url.endsWith('/mine')
          ? new Response(null, { status: 404, statusText: 'Gone Fishing' })
          : new Response(null, { status: 404 }),
      );
      expect(await wholeAnswer(port, 'GET /mine HTTP/1.1')).toMatch(/^HTTP\/1.1 404 Gone Fishing\r\n/);
      expect(await wholeAnswer(port, 'GET /other HTTP/1.1')).toMatch(/^HTTP\/1.1 404 Not Found\r\n/);
    });

    it('an unknown status has no reason phrase', async () => {
      const { port } = await open(() => new Response(null, { status: 299 }));
      const answer = await wholeAnswer(port, 'GET / HTTP/1.1');
      expect(answer).toMatch(/^HTTP\/1.1 299 ?\r\n/);
    });

    it('errors are answered with constant plain text', async () => {
      const { port } = await open(() => new Response('ok'));
      for (const [head, status, words] of [
        ['TRACE / HTTP/1.1', 400, 'bad request\n'],
        [`POST / HTTP/1.1\r\nContent-Length: ${2 ** 20 + 1}`, 413, 'request too large\n'],
      ] as const) {
        const answer = await wholeAnswer(port, head, status === 413 ? 'x'.repeat(2 ** 20 + 1) : '');
        expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
        expect(answer).toMatch(/\r\ncontent-type: text\/plain; charset=utf-8\r\n/i);
        // By itself or in a chunk.
        expect(answer.split(/\r\n/)).toContain(words);
      }
    });

    it('the connection stays open for further requests', async () => {
      const text = (path: string) => new Response(path, { headers: { 'content-length': `${path.length}` } });
      const { port } = await open(({ url }) => text(new URL(url).pathname));
      const socket = await openSocket({ port });
      for (const path of ['/one', '/two']) {
        socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
        const { answer } = await readAnswer(socket);
        expect([answer.status, answer.body, answer.headers.get('connection')]).not.toContain('close');
        expect(answer.body).toBe(path);
      }
      socket.destroy();
    });
  });
}
