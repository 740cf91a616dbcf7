/** Stories of the upgrade request. */
import { accept, createSessions } from '@sallyport/core';
import { type Protocol, textProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { handshake } from '../../wire/client.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { hasIpv6 } from '../surroundings.ts';

export function handshakeStories(adapter: Adapter): void {
  describe('the upgrade request', () => {
    it.each([
      ['none, as programs send', undefined, 101],
      ['of its own host', 'http://gate.example:80', 101],
      ['of its own host, by TLS before a proxy', 'https://gate.example:80', 101],
      ['of its own host, in capitals', 'HTTP://GATE.example:80', 101],
      ['listed', 'https://app.example', 101],
      ['foreign', 'https://evil.example', 403],
      ['listed, in capitals', 'https://APP.example', 101],
      ['listed, with the port of its scheme', 'https://app.example:443', 101],
      ['listed, by another scheme', 'http://app.example', 403],
      ['listed, on another port', 'https://app.example:8443', 403],
      ['a suffix of it', 'https://evil-app.example', 403],
      ['with it as a prefix', 'https://app.example.evil.example', 403],
      ['of its own host on another port', 'http://gate.example:81', 403],
      ['null', 'null', 403],
      ['of its own host, by the port of its scheme', 'http://gate.example', 101],
      ['of its own host on the port of another scheme', 'https://gate.example', 403],
    ])('A40: the origin decides on the upgrade: %s', async (_, Origin, status) => {
      const { port } = await serveSessions(adapter, { origins: ['https://app.example'] });
      const { answer, client } = await handshake({ port }, { headers: { Host: 'gate.example:80', Origin } });
      expect(answer.status).toBe(status);
      client?.socket.destroy();
    });

    it.each([
      ['of an address', '127.0.0.1:5678', 101],
      ['of an address of IPv6', '[::1]:5678', 101],
      ['localhost', 'localhost:5678', 101],
      ['below localhost', 'app.LOCALHOST.:5678', 101],
      ['empty', '', 101],
      ['listed', 'gate.example', 101],
      ['listed, in capitals, with a dot at the end', 'GATE.example.:8443', 101],
      ['below a name that is listed so', 'a.b.apps.example', 101],
      ['of a page that points its own name here', 'evil.example:5678', 421],
      ['below a name that is listed alone', 'evil.gate.example', 421],
      ['that ends like one', 'evilapps.example', 421],
      ['that begins like an address', '127.0.0.1.evil.example', 421],
    ])('A48: the host decides on the upgrade: %s', async (_, Host, status) => {
      const { port } = await serveSessions(adapter, { allowedHosts: ['gate.example', '.apps.example'] });
      const origin = Host === '' ? undefined : `http://${Host.replace(/\.(?=:|$)/, '')}`;
      const headers = { Host, Origin: status === 101 ? undefined : origin };
      const { answer, client } = await handshake({ port }, { headers });
      expect(answer.status).toBe(status);
      if (status === 421) expect(answer.body).toBe('host not allowed\n');
      client?.socket.destroy();
    });

    it('a refused upgrade gets a complete HTTP answer, and the connection closes', async () => {
      const { port } = await serveSessions(adapter);
      const { answer } = await handshake({ port }, { headers: { Origin: 'null' } });
      expect(answer.body).toBe('origin not allowed\n');
      expect(answer.headers.get('connection')).toBe('close');
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    });

    it('an upgrade for a version other than 13 gets 426', async () => {
      const { port } = await serveSessions(adapter);
      for (const version of ['8', '14', undefined]) {
        const { answer } = await handshake({ port }, { headers: { 'Sec-WebSocket-Version': version } });
        expect(answer.status).toBe(426);
        expect(answer.headers.get('sec-websocket-version')).toBe('13');
      }
    });

    it('a malformed handshake gets 400', async () => {
      const { port } = await serveSessions(adapter);
      for (const headers of [{ Upgrade: 'h2c' }, { 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!==' }])
        expect((await handshake({ port }, { headers })).answer.status).toBe(400);
    });

    it('an upgrade gets a subprotocol that the server speaks, or 400', async () => {
      const protocols: Protocol[] = [textProtocol, { ...textProtocol, name: 'two', subprotocol: 'two' }];
      const server = await serveSessions(adapter, { protocols });
      const client = await server.connect({ headers: { 'Sec-WebSocket-Protocol': 'one, two' } });
      expect(client.answer.headers.get('sec-websocket-protocol')).toBe('two');
      expect([...server.sessions].map(({ protocol }) => protocol)).toEqual(['two']);
      const { answer } = await handshake(
        { port: server.port },
        { headers: { 'Sec-WebSocket-Protocol': 'one' } },
      );
      expect(answer.status).toBe(400);
    });

    it('E8: an upgrade gets no extension', async () => {
      const client = await (await serveSessions(adapter)).connect({
        headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' },
      });
      expect(client.answer.headers.has('sec-websocket-extensions')).toBe(false);
    });

    it('an upgrade for another path gets 404', async () => {
      const { port } = await serveSessions(adapter, {}, { path: '/chat' });
      expect((await handshake({ port }, { path: '/' })).answer.status).toBe(404);
      const { answer, client } = await handshake({ port }, { path: '/chat?a=b' });
      expect(answer.status).toBe(101);
      client?.socket.destroy();
    });

    it('A37: the address of a client has the same text on IPv4, IPv6 and dual-stack sockets', async () => {
      const stacks = [
        ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
        ['::', '127.0.0.1', '127.0.0.1'],
        ['::', '::1', '::1'],
      ] as const;
      for (const [host, from, expected] of hasIpv6 ? stacks : stacks.slice(0, 1)) {
        const sessions = createSessions({ authenticate: () => accept('x'), clock: adapter.clock });
        const listening = await adapter.serve(sessions, { host, port: 0 });
        const { client } = await handshake(
          { port: listening.port, host: from },
          { headers: { Host: 'h', Origin: 'http://h' } },
        );
        expect([...sessions].map(({ peer }) => peer)).toEqual([{ address: expected, origin: 'http://h' }]);
        client?.socket.destroy();
        await listening.close();
      }
    });
  });
}
