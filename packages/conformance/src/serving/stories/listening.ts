/** Stories of ports, hosts and TLS files, valid and invalid. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSessions, refuse } from '@sallyport/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, openSocket } from '../../wire/client.ts';
import type { Adapter, ServeOptions } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { hasIpv6 } from '../surroundings.ts';
import { cert, key, otherKey } from '../test-certificate.ts';
import { ACCEPTED, echoed, RIGHT } from '../tutorial.ts';

export function listeningStories(adapter: Adapter): void {
  const tryTo = async (options: Partial<ServeOptions>) => {
    const sessions = createSessions({ authenticate: refuse, clock: adapter.clock });
    const error = await adapter.serve(sessions, { host: '127.0.0.1', port: 0, ...options }).then(
      ({ close }) => close(),
      (reason: Error & { code?: string }) => reason,
    );
    if (!error) throw new Error('it listens');
    expect(error.message).not.toContain('\n');
    return error;
  };

  describe('listening', () => {
    it('listen() returns the port and the URL', async () => {
      const { listening } = await serveSessions(adapter, {}, { path: '/chat' });
      expect(listening.port).toBeGreaterThan(0);
      expect(listening).toMatchObject({ host: '127.0.0.1', url: `ws://127.0.0.1:${listening.port}/chat` });
    });

    it.skipIf(!hasIpv6)('the URL of an IPv6 address has brackets', async () => {
      const { listening } = await serveSessions(adapter, {}, { host: '::1' });
      expect(listening).toMatchObject({ host: '::1', url: `ws://[::1]:${listening.port}` });
    });

    it('a misspelt option fails, and the error names the nearest known one', async () => {
      const error = await tryTo({ onFaults: () => {} } as Partial<ServeOptions>);
      expect(error).toMatchObject({ name: 'UsageError', option: 'onFaults' });
      expect(error.message).toBe('onFaults is not an option of serve; did you mean onFault?');
    });

    it('a port that Sallyport serves already fails', async () => {
      const { port } = await serveSessions(adapter);
      const error = await tryTo({ port });
      expect(error.code).toBe('EADDRINUSE');
      expect(error.message).toContain(`127.0.0.1:${port}`);
    });

    it('the port of another program fails', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      expect((await tryTo({ port })).code).toBe('EADDRINUSE');
      server.close();
    });

    it('the error names what is wrong with a host', async () => {
      expect((await tryTo({ host: '203.0.113.1' })).code).toBe('EADDRNOTAVAIL');
      // Not a valid name, so no name server is queried.
      expect((await tryTo({ host: 'no..host' })).code).toBe('ENOTFOUND');
    });

    it.each([80_000, -1, 1.5, Number.NaN])('the port %d fails', async (port) => {
      expect((await tryTo({ port })).code).toBe('ERR_PORT');
    });
  });

  describe('TLS', () => {
    let folder = '';
    const file = (name: string, content?: string) => {
      const path = join(folder, name);
      if (content !== undefined) writeFileSync(path, content);
      return path;
    };
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('a server with TLS serves WebSocket and HTTP', async () => {
      const tls = { key: file('key.pem', key), cert: file('cert.pem', cert) };
      const answer = (request: Request) => new Response(new URL(request.url).protocol);
      const { port, listening } = await serveSessions(adapter, {}, { tls, fetch: answer });
      expect(listening.url).toBe(`wss://127.0.0.1:${port}`);
      const client = await connect({ port, ca: cert });
      expect(await client.ask(RIGHT)).toBe(ACCEPTED);
      const text = 'x'.repeat(60_000);
      expect(await client.ask(text)).toBe(echoed(text));
      client.close(1000);
      expect((await client.ended).code).toBe(1000);
      const body = await new Promise((resolve) => {
        get({ port, ca: cert, host: '127.0.0.1', agent: false }, (response) =>
          response.on('data', (data) => resolve(String(data))),
        );
      });
      expect(body).toBe('https:');
    });

    it('a connection that does not speak TLS is closed', async () => {
      const tls = { key: file('key.pem', key), cert: file('cert.pem', cert) };
      const { port } = await serveSessions(adapter, {}, { tls });
      const socket = await openSocket({ port });
      socket.resume().write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
    });

    // Which files cannot be used is told in the tests of listen; here, that they are looked at before the library does.
    it.each([
      ['a missing certificate', key, undefined, 'missing.pem cannot be read'],
      ['a key of another certificate', otherKey, cert, 'cert.pem does not belong to the key'],
    ])('a server with %s fails at the start', async (_, keyText, certText, message) => {
      const tls = {
        key: file('key.pem', keyText),
        cert: file(certText ? 'cert.pem' : 'missing.pem', certText),
      };
      const error = await tryTo({ tls });
      expect(error.code).toBe('ERR_TLS');
      expect(error.message).toContain(message);
    });
  });
}
