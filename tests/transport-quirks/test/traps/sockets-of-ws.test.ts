/** Traps of ws at its sockets: the behaviour of the library, and how the adapter handles it. */

import { once } from 'node:events';
import { connect } from '@sallyport/conformance';
import { ACCEPTED, ECHO, RIGHT } from '@sallyport/conformance/serving';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ServerOptions, WebSocket } from 'ws';
import { openBareConnection } from '../../src/bare-connection.ts';
import { bareWs } from '../../src/bare-ws.ts';
import { fence, openGate } from '../../src/quirk-server.ts';
import { script } from '../../src/script.ts';
import { ws } from '../../src/transports.ts';

/** An empty text frame with a reserved bit. */
const BROKEN = Buffer.from([0xc1, 0x80, 0, 0, 0, 0]);

const server = (connection: string) => `
  import { WebSocketServer } from 'ws';
  const server = new WebSocketServer({ port: 0 }, () => console.log('port ' + server.address().port));
  server.on('connection', ${connection});
`;

describe('traps of ws: a socket', () => {
  it('T4: `close` is graceful and `terminate` cuts, in ws and in the adapter', async () => {
    const bare = await bareWs();
    const graceful = await connect({ port: bare.port });
    (await bare.next()).close(4000, 'why');
    expect(await graceful.ended).toEqual({ code: 4000, reason: 'why' });
    const hard = await connect({ port: bare.port });
    (await bare.next()).terminate();
    expect((await hard.ended).code).toBe(1006);

    const ours = [await openBareConnection(ws), await openBareConnection(ws)] as const;
    ours[0].recorded.connection.close(4000, 'why');
    ours[1].recorded.connection.terminate();
    expect(await ours[0].client.ended).toEqual({ code: 4000, reason: 'why' });
    expect((await ours[1].client.ended).code).toBe(1006);
  });

  it('T21: without a listener for `error`, one bad frame ends the process', async () => {
    const child = script(server('() => {}'));
    const client = await connect({ port: await child.port() });
    client.socket.on('error', () => {}).write(BROKEN);
    const { code, output } = await child.ended;
    expect(code).toBe(1);
    expect(output).toContain('WS_ERR_UNEXPECTED_RSV_1');
  });

  it('T21: the adapter listens before a frame can come, and ends only that session', async () => {
    const gate = await openGate(ws);
    onTestFinished(gate.close);
    const client = await gate.connect();
    client.socket.write(BROKEN);
    expect((await client.ended).code).toBe(1002);
    await fence(gate);
    expect(gate.endings).toMatchObject([{ reason: 'protocolError' }]);
  });

  it('T22: after an error, `close` of ws waits for the client; in the adapter, the error ends the session', async () => {
    const bare = await bareWs({ closeTimeout: 3_600_000 } as ServerOptions);
    const client = await connect({ port: bare.port });
    const socket = await bare.next();
    const events: string[] = [];
    socket.on('error', () => events.push('error')).on('close', () => events.push('close'));
    // It reads nothing any more, not even the close frame or the end.
    client.socket.pause().write(BROKEN);
    await once(socket, 'error');
    const other = await connect({ port: bare.port });
    (await bare.next()).ping();
    other.close(1000);
    await other.ended;
    expect(events).toEqual(['error']);
    client.socket.destroy();

    const ours = await openBareConnection(ws);
    ours.client.socket.pause().write(BROKEN);
    await ours.recorded.until('closed');
    expect(ours.recorded.calls).toEqual([['opened'], ['closed', 1002, '']]);
  });

  it('T23: a listener that throws blocks its socket for ever, even if the process survives', async () => {
    const child = script(`
      process.on('uncaughtException', () => console.log('caught'));
      ${server(`(socket) => socket.on('error', () => {}).on('message', (data) => {
        if (String(data) === 'throw') throw new Error();
        console.log('heard ' + data);
      })`)}
    `);
    const port = await child.port();
    const client = await connect({ port });
    client.text('before');
    client.text('throw');
    await child.until('caught');
    client.text('after');
    const other = await connect({ port });
    other.text('of another');
    const output = await child.until('heard of another');
    expect(output).toContain('heard before');
    expect(output).not.toContain('heard after');
    client.socket.destroy();
    other.socket.destroy();
  });

  it('E12, T23: an error of the application closes its session with 1011, and no other', async () => {
    const gate = await openGate(ws, {
      application(message) {
        if (message === 'throw') throw new Error('of the application');
        return `${ECHO}${message}`;
      },
    });
    onTestFinished(gate.close);
    const [client, other] = [await gate.connect(), await gate.connect()];
    for (const one of [client, other]) expect(await one.ask(RIGHT)).toBe(ACCEPTED);
    client.text('throw');
    expect((await client.ended).code).toBe(1011);
    expect(await other.ask('after')).toBe(`${ECHO}after`);
    expect(gate.faults).toMatchObject([{ source: 'application' }]);
  });

  it('T24: `send` throws while connecting; later it reports errors only to its callback', async () => {
    const bare = await bareWs();
    const connecting = new WebSocket(`ws://127.0.0.1:${bare.port}`);
    expect(() => connecting.send('x')).toThrow('CONNECTING');
    const socket = await bare.next();
    socket.close();
    const error = await new Promise((resolve) => socket.send('x', resolve));
    expect(String(error)).toContain('WebSocket is not open');
    await once(connecting, 'close');

    const { client, recorded } = await openBareConnection(ws);
    client.answersClose = false;
    client.close(1000);
    await client.ended;
    expect(recorded.connection.send('too late')).toBe('sent');
  });

  it('T27: a close frame waits behind queued data; the core cuts a client that does not read', async () => {
    const bare = await bareWs();
    const deaf = await connect({ port: bare.port });
    const socket = await bare.next();
    deaf.socket.pause();
    socket.send(Buffer.alloc(32 * 2 ** 20));
    socket.close(4000, 'why');
    expect(socket.readyState).toBe(WebSocket.CLOSING);
    expect(socket.bufferedAmount).toBeGreaterThan(0);
    socket.terminate();
    deaf.socket.resume();
    expect((await deaf.ended).code).toBe(1006);

    const gate = await openGate(ws, {
      application(_, session) {
        session.send(Buffer.alloc(32 * 2 ** 20));
        session.close();
      },
      limits: { unsentBytes: 64 * 2 ** 20 },
    });
    onTestFinished(gate.close);
    const client = await gate.connect();
    expect(await client.ask(RIGHT)).toBe(ACCEPTED);
    client.socket.pause();
    client.text('go');
    await fence(gate);
    expect(gate.endings).toEqual([]);
    gate.clock.advance(gate.sessions.limits.closeMs);
    expect(gate.endings).toMatchObject([{ reason: 'applicationClosed' }]);
  });
});
