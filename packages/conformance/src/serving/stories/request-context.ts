/** Stories of the context that an app makes of an upgrade request: the same on every adapter. */
import type { ContextFunction, RequestView } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { type HandshakeOptions, handshake } from '../../wire/client.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';

/** A property of every object that has a prototype. */
const PROTO = '__proto__';

export function requestContextStories(adapter: Adapter): void {
  /** Resolves with the context of one client, and with the server. */
  async function contextOf(context: ContextFunction, request: HandshakeOptions = {}) {
    const server = await serveSessions(adapter, {}, { context });
    await server.connect(request);
    const [session] = server.sessions;
    return { ...server, context: session?.peer.context };
  }

  describe('the context of a request', () => {
    it('has the method, the target, the path, the query and the address', async () => {
      const { context } = await contextOf(
        ({ method, url, path, query, address }) => ({ method, url, path, room: query['room'], address }),
        { path: '/Chat/%C3%A9?room=a%20b+c&room=2' },
      );
      expect(context).toEqual({
        method: 'GET',
        url: '/Chat/%C3%A9?room=a%20b+c&room=2',
        path: '/Chat/%C3%A9',
        room: 'a b c',
        address: '127.0.0.1',
      });
    });

    it('finds headers in any case, joins repeated ones, and knows which are absent', async () => {
      const { context } = await contextOf(
        ({ header }) => [header('x-TAG'), header('X-None'), header('x-empty')],
        { headers: { 'X-Tag': ['a', 'b'], 'x-empty': '' } },
      );
      expect(context).toEqual(['a, b', undefined, '']);
    });

    // uWebSockets.js loses other characters at the end of a value (docs/transports.md).
    it('reads header values as UTF-8', async () => {
      const { context } = await contextOf(({ header, cookies }) => [header('x-name'), cookies['name']], {
        headers: { 'X-Name': 'Zoë 中 😀.', Cookie: 'name=Zoë; theme=dark' },
      });
      expect(context).toEqual(['Zoë 中 😀.', 'Zoë']);
    });

    it('has the cookies of every Cookie header, and no prototype among them', async () => {
      const { context } = await contextOf(
        ({ cookies }) => [cookies['sid'], cookies['theme'], cookies[PROTO], cookies['constructor']],
        { headers: { Cookie: ['sid=s%3A1; __proto__=x', 'theme="dark"; sid=2'] } },
      );
      expect(context).toEqual(['s:1', 'dark', 'x', undefined]);
    });

    it('goes to the authenticator, the application and the observer', async () => {
      const seen: unknown[] = [];
      const { enter } = await serveSessions(
        adapter,
        {
          application: (_, { peer }) => JSON.stringify(peer.context),
          observe: { opened: ({ peer }) => void seen.push(peer.context) },
        },
        { context: ({ path }) => ({ path }) },
      );
      const client = await enter({ path: '/a?b' });
      expect(await client.ask('hello')).toBe('{"path":"/a"}');
      expect(seen).toEqual([{ path: '/a' }]);
    });

    it('cannot be read later', async () => {
      let kept: RequestView | undefined;
      const { context } = await contextOf((request) => {
        kept = request;
        return 'done';
      });
      expect(context).toBe('done');
      expect(() => kept?.header('host')).toThrow('can be read only while `context` runs');
      expect(() => kept?.cookies).toThrow('can be read only while `context` runs');
    });

    it('refuses the upgrade with 500 if the function throws, and reports the error once', async () => {
      const server = await serveSessions(
        adapter,
        {},
        {
          context: ({ path }) => {
            if (path === '/bad') throw new Error('no such room');
            return path;
          },
        },
      );
      const { answer } = await handshake({ port: server.port }, { path: '/bad' });
      expect([answer.status, answer.body]).toEqual([500, 'internal error\n']);
      expect(server.faults.map(({ source, error }) => [source, String(error)])).toEqual([
        ['context', 'Error: no such room'],
      ]);
      expect(server.sessions.size).toBe(0);
      await server.enter({ path: '/good' });
    });

    it.each([3_000, 7_000])('has a cookie of %d bytes', async (bytes) => {
      const { context } = await contextOf(({ cookies }) => cookies['sid'], {
        headers: { Cookie: `sid=${'c'.repeat(bytes)}` },
      });
      expect(context).toBe('c'.repeat(bytes));
    });

    it('stays up after a cookie that may be larger than the library reads', async () => {
      const server = await serveSessions(adapter, {}, { context: ({ cookies }) => cookies['sid']?.length });
      const headers = { Cookie: `sid=${'c'.repeat(20_000)}` };
      const { answer, client } = await handshake({ port: server.port }, { headers });
      expect([101, 431]).toContain(answer.status);
      client?.socket.destroy();
      await server.enter();
    });
  });
}
