/** A refused client does not end the process and leaves no connection open. */
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createSecureServer } from 'node:tls';
import { accept, createSessions } from '@sallyport/core';
import { systemClock } from '@sallyport/listen';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { attach } from '../src/adapter.ts';
import { cert, key } from './certificate.ts';

const ways: readonly [name: string, server: () => Server, isSecure: boolean][] = [
  ['TCP', () => createServer({ allowHalfOpen: true }), false],
  ['TLS', () => createSecureServer({ allowHalfOpen: true, key, cert, handshakeTimeout: 5_000 }), true],
];

describe.for(ways)('a refused connection over %s', ([, make, isSecure]) => {
  async function refusing() {
    const sessions = createSessions({ authenticate: () => accept('ada'), clock: systemClock });
    await sessions.drain();
    const server = make();
    attach(server, sessions);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const connect = async (): Promise<Socket> => {
      const options = { port, host: '127.0.0.1', allowHalfOpen: true };
      const socket = isSecure
        ? connectTls({ ...options, ca: cert, servername: 'localhost' })
        : connectTcp(options);
      socket.on('error', () => {});
      await once(socket, isSecure ? 'secureConnect' : 'connect');
      return socket;
    };
    const count = () => new Promise((resolve) => server.getConnections((_, number) => resolve(number)));
    return { connect, count };
  }

  it('the client reads the reason, and the connection closes although the client keeps its side open', async () => {
    const { connect, count } = await refusing();
    const sockets = await Promise.all(Array.from({ length: 5 }, connect));
    for (const socket of sockets) {
      let said = '';
      socket.on('data', (chunk) => {
        said += String(chunk);
      });
      await once(socket, 'end');
      expect(said).toBe('server restarts\n');
    }
    await vi.waitUntil(async () => (await count()) === 0, { timeout: 60_000 });
    for (const socket of sockets) socket.destroy();
  });

  it('a refused client may send data, and may be cut while it does', async () => {
    const { connect, count } = await refusing();
    const sockets = await Promise.all(Array.from({ length: 20 }, connect));
    for (const socket of sockets) {
      socket.write('ada:lovelace\n');
      if (isSecure) socket.destroy();
      else socket.resetAndDestroy();
    }
    await vi.waitUntil(async () => (await count()) === 0, { timeout: 60_000 });
  });
});
