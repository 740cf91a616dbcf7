/** Traps of ws at its server and within a tick: the behaviour of the library, and how the adapter handles it. */

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { connect, handshake } from '@sallyport/conformance';
import { ACCEPTED, ECHO, RIGHT } from '@sallyport/conformance/serving';
import { accept } from '@sallyport/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { bareWs } from '../../src/bare-ws.ts';
import { fence, openGate } from '../../src/quirk-server.ts';
import { uws, ws } from '../../src/transports.ts';

const transports = [ws, uws].filter((transport) => transport !== undefined);

describe('traps of ws: the server', () => {
  it('E6: ws is 8.23 or later; earlier versions keep every pong for a client that does not read', () => {
    const { version } = createRequire(import.meta.url)('ws/package.json') as { version: string };
    const [major = 0, minor = 0] = version.split('.').map(Number);
    expect(major).toBe(8);
    expect(minor).toBeGreaterThanOrEqual(23);
  });

  it('T25: `close` of ws closes no client', async () => {
    const bare = await bareWs();
    const client = await connect({ port: bare.port });
    const socket = await bare.next();
    let hasClosed = false;
    bare.server.close(() => {
      hasClosed = true;
    });
    socket.send('still here');
    expect(await client.nextText()).toBe('still here');
    expect(hasClosed).toBe(false);
    client.socket.destroy();
  });

  it('T25: `close` of Node waits for upgraded sockets, and `closeAllConnections` leaves them open', async () => {
    const server = createServer();
    const library = new WebSocketServer({ server });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    library.on('connection', (socket) => socket.on('message', () => socket.send('still here')));
    const client = await connect({ port: (server.address() as AddressInfo).port });
    let hasClosed = false;
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        hasClosed = true;
        resolve();
      });
    });
    server.closeAllConnections();
    expect(await client.ask('there?')).toBe('still here');
    expect(hasClosed).toBe(false);
    client.socket.destroy();
    await closed;
  });

  it.each(transports)(
    'T25: `close` of the adapter ends every session, then the server, on $name',
    async (transport) => {
      const gate = await openGate(transport);
      const client = await gate.connect();
      const left = gate.sessions.drain();
      gate.clock.advance(gate.sessions.limits.drainMs);
      expect(await client.ended).toEqual({ code: 1012, reason: 'server restarts' });
      await left;
      await gate.close();
    },
  );

  it.each(transports)(
    'T26: the core pings and cuts silent clients, without a heartbeat of the library, on $name',
    async (transport) => {
      const gate = await openGate(transport);
      onTestFinished(gate.close);
      gate.bystander.answersPings = true;
      const [alive, silent] = [await gate.connect(), await gate.connect()];
      for (const client of [gate.bystander, alive, silent]) expect(await client.ask(RIGHT)).toBe(ACCEPTED);
      alive.answersPings = true;
      for (let second = 0; second < 310; second += 1) {
        gate.clock.advance(1_000);
        if (second % 20 === 0) await fence(gate, 2);
      }
      expect((await silent.ended).code).toBe(1006);
      expect(gate.endings).toMatchObject([{ reason: 'silent' }]);
      alive.text('alive');
      expect(await alive.nextText()).toContain('alive');
    },
  );

  it.each(transports)(
    'T28: messages in the same tick as the credentials wait for the verdict, on $name',
    async (transport) => {
      const gate = await openGate(transport, {
        async authenticate() {
          await new Promise(setImmediate);
          return accept('admin');
        },
      });
      onTestFinished(gate.close);
      const client = await gate.connect();
      client.socket.cork();
      for (const text of [RIGHT, 'a', 'b', 'c']) client.text(text);
      client.socket.uncork();
      expect(await client.nextText()).toBe(ACCEPTED);
      for (const text of ['a', 'b', 'c']) expect(await client.nextText()).toBe(`${ECHO}${text}`);
    },
  );

  it('T28: ws emits several messages before any promise continues', async () => {
    const bare = await bareWs();
    const client = await connect({ port: bare.port });
    const socket = await bare.next();
    const order: string[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        order.push(`message ${data}`);
        void Promise.resolve().then(() => order.push('promise') === 4 && resolve());
      });
    });
    client.socket.cork();
    client.text('a');
    client.text('b');
    client.socket.uncork();
    await all;
    expect(order).toEqual(['message a', 'message b', 'promise', 'promise']);
    client.socket.destroy();
  });

  it('T29: ws accepts version 8 of the protocol; the adapter does not', async () => {
    const headers = { 'Sec-WebSocket-Version': '8' };
    const bare = await handshake({ port: (await bareWs()).port }, { headers });
    expect(bare.answer.status).toBe(101);
    bare.client?.socket.destroy();
    const gate = await openGate(ws);
    onTestFinished(gate.close);
    expect((await handshake({ port: gate.port }, { headers })).answer.status).toBe(426);
  });
});
