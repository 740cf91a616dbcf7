/**
 * Traps of uWebSockets.js at its sockets: the behaviour of the installed build, and how the adapter handles it.
 * The traps of its backpressure, its time-outs and its server have files of their own.
 */

import type { WebSocket } from 'uWebSockets.js';
import { connect, frame } from '@sallyport/conformance';
import { RIGHT } from '@sallyport/conformance/serving';
import { expect, it, onTestFinished } from 'vitest';
import { openBareConnection } from '../../src/bare-connection.ts';
import { bareUws } from '../../src/bare-uws.ts';
import { describeUws } from '../../src/describe-uws.ts';
import { openGate } from '../../src/quirk-server.ts';

const CLOSED = /Invalid access of closed/;

describeUws('traps of uWebSockets.js, on a socket', (library, uws) => {
  it('T2: every method throws within `close` and after it, except `getUserData` within it', async () => {
    const attempts: (() => unknown)[] = [];
    const within: unknown[] = [];
    const attempt = (socket: WebSocket<unknown>) => [
      () => socket.send('x'),
      () => socket.ping(),
      () => socket.end(1000),
      () => socket.close(),
      () => socket.getBufferedAmount(),
      () => socket.getRemoteAddressAsText(),
    ];
    const closed = new Promise<void>((resolve) => {
      void bareUws(library, {
        close(socket) {
          attempts.push(...attempt(socket));
          for (const call of attempts) within.push(messageOf(call));
          within.push(messageOf(() => socket.getUserData()));
          resolve();
        },
      }).then(async ({ port }) => (await connect({ port })).close(1000));
    });
    await closed;
    expect(within).toEqual([...Array(attempts.length).fill(expect.stringMatching(CLOSED)), 'nothing']);
    for (const call of attempts) expect(call).toThrow(CLOSED);
  });

  it('T2: the adapter calls no method of a closed socket', async () => {
    const { client, recorded } = await openBareConnection(uws);
    client.close(1000);
    await recorded.until('closed');
    const { connection } = recorded;
    expect(connection.send('x')).toBe('dropped');
    connection.ping();
    connection.close(1000, '');
    connection.terminate();
    expect(connection.bufferedAmount).toBe(0);
  });

  it.each([
    ['a frame that RFC 6455 forbids', frame(11, '')],
    ['a message past the limit of the library', frame(1, '', { length: 131_073 })],
  ])(
    'E3, E7: the library cuts at %s, and its unsent answers to the same read are lost',
    async (_, breaking) => {
      const gate = await openGate(uws);
      onTestFinished(gate.close);
      const client = await gate.connect();
      expect(await client.ask(RIGHT)).toMatch(/^congratulation/);
      const { bytesRead } = client.socket;
      const small = Array.from({ length: 100 }, (_, i) => frame(1, `small ${i}`));
      client.socket.write(Buffer.concat([...small, breaking]));
      expect(await client.ended).toEqual({ code: 1006, reason: '' });
      // If this fails, the library sends them now: change docs/transports.md.
      expect(client.socket.bytesRead).toBe(bytesRead);
      expect(gate.sessions.counters.messagesReceived).toBe(101);
    },
  );

  it.each(['end', 'close'] as const)('T3: `close` is called from inside `%s`', async (method) => {
    const order: string[] = [];
    const { port } = await bareUws(library, {
      message(socket) {
        order.push('before');
        socket[method]();
        order.push('after');
      },
      close: () => void order.push('closed'),
    });
    const client = await connect({ port });
    client.text('go');
    await client.ended;
    expect(order).toEqual(['before', 'closed', 'after']);
  });

  it('E16, T3: an application may close its session and then answer', async () => {
    const gate = await openGate(uws, {
      application(_, session) {
        session.close('bye');
        return 'too late';
      },
    });
    onTestFinished(gate.close);
    const client = await gate.connect();
    client.text(RIGHT);
    await client.next();
    client.text('go');
    expect(await client.ended).toEqual({ code: 1000, reason: 'bye' });
    expect(gate.endings).toMatchObject([{ reason: 'applicationClosed' }]);
    expect(gate.faults).toEqual([]);
  });

  it('T4: `close` cuts the connection, and `end` closes it gracefully', async () => {
    const { port } = await bareUws(library, {
      message: (socket, message) => {
        if (Buffer.from(message).toString() === 'end') socket.end(4000, 'why');
        else socket.close();
      },
    });
    const ends = ['end', 'close'].map(async (word) => {
      const client = await connect({ port });
      client.text(word);
      return client.ended;
    });
    expect(await Promise.all(ends)).toEqual([
      { code: 4000, reason: 'why' },
      { code: 1006, reason: '' },
    ]);
  });

  it('T4: `close` of the adapter is graceful, and its `terminate` cuts', async () => {
    const graceful = await openBareConnection(uws);
    graceful.recorded.connection.close(4000, 'why');
    expect(await graceful.client.ended).toEqual({ code: 4000, reason: 'why' });
    const hard = await openBareConnection(uws);
    hard.recorded.connection.terminate();
    expect((await hard.client.ended).code).toBe(1006);
  });

  it('T5: the bytes of a message are invalid after the handler returns', async () => {
    const seen: number[] = [];
    let kept: ArrayBuffer | undefined;
    const { port } = await bareUws(library, {
      message(socket, message) {
        seen.push(message.byteLength);
        kept ??= message;
        seen.push(kept.byteLength);
        socket.send('next');
      },
    });
    const client = await connect({ port });
    for (const text of ['hello', 'again']) {
      client.text(text);
      await client.next();
    }
    expect(seen).toEqual([5, 5, 5, 0]);
    expect(kept?.byteLength).toBe(0);
  });

  it('T5: the adapter passes on bytes that stay valid', async () => {
    const { client, recorded } = await openBareConnection(uws);
    for (let i = 0; i < 3; i += 1) client.binary(Buffer.alloc(4, i));
    client.close(1000);
    await recorded.until('closed');
    const received = recorded.calls.filter(([name]) => name === 'receive').map(([, data]) => data);
    expect(received).toEqual([0, 1, 2].map((i) => new Uint8Array(4).fill(i)));
  });

  it('A19, T17: a socket has no `pause`; messages during the verification wait, up to a limit', async () => {
    const sockets: object[] = [];
    const { port } = await bareUws(library, { open: (socket) => void sockets.push(socket) });
    (await connect({ port })).socket.destroy();
    expect(sockets.map((socket) => 'pause' in socket || 'resume' in socket)).toEqual([false]);

    const gate = await openGate(uws, { authenticate: () => new Promise(() => {}) });
    onTestFinished(gate.close);
    const client = await gate.connect();
    client.text(RIGHT);
    for (let i = 0; i < 17; i += 1) client.text('waiting');
    expect((await client.ended).code).toBe(1008);
    expect(gate.endings).toMatchObject([{ reason: 'outOfOrder' }]);
  });
});

function messageOf(call: () => unknown): string {
  try {
    call();
    return 'nothing';
  } catch (error) {
    return String(error);
  }
}
